#include "ks_crash.h"
