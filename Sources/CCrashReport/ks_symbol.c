// A function's name out of the symbol table of the file that was mapped: most of a plugin's functions are not exported,
// and so not in memory.
#include "ks_internal.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
    const unsigned char *file;
    size_t size;
    uintptr_t offset;
    char *name;
    size_t name_size;
};

// The part of the file, or NULL where the file ends before it.
static const void *part(const struct search *search, uint64_t start, uint64_t size) {
    return start <= search->size && size <= search->size - start ? search->file + start : NULL;
}

static void look_in(struct search *search, const ElfW(Shdr) *symbols, const ElfW(Shdr) *strings) {
    const ElfW(Sym) *symbol = part(search, symbols->sh_offset, symbols->sh_size);
    const char *text = part(search, strings->sh_offset, strings->sh_size);
    if (!symbol || !text || symbols->sh_offset % sizeof(uint64_t)) return;
    for (size_t count = symbols->sh_size / sizeof *symbol; count; count--, symbol++) {
        if ((symbol->st_info & 15) != STT_FUNC || symbol->st_name >= strings->sh_size) continue;
        if (search->offset < symbol->st_value || search->offset - symbol->st_value >= symbol->st_size) continue;
        size_t longest = strings->sh_size - symbol->st_name, length = 0;
        const char *name = text + symbol->st_name;
        while (length < longest && length + 1 < search->name_size && name[length] > ' ' && name[length] < 127 &&
               name[length] != '"' && name[length] != '\\') {
            search->name[length] = name[length];
            length++;
        }
        search->name[length] = 0;
        return;
    }
}

static void look(void *argument) {
    struct search *search = argument;
    const ElfW(Ehdr) *header = part(search, 0, sizeof *header);
    if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) || header->e_shentsize != sizeof(ElfW(Shdr))) return;
    const ElfW(Shdr) *sections = part(search, header->e_shoff, header->e_shnum * sizeof *sections);
    if (!sections || header->e_shoff % sizeof(uint64_t)) return;
    for (size_t i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB || sections[i].sh_link >= header->e_shnum) continue;
        look_in(search, &sections[i], &sections[sections[i].sh_link]);
        return;
    }
}

void ks_symbol(const char *path, uintptr_t offset, char *name, size_t size) {
    name[0] = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return;
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
        if (bytes != MAP_FAILED) {
            struct search search = {bytes, (size_t)status.st_size, offset, name, size};
            // The file may be cut off meanwhile.
            if (!ks_guarded(look, &search)) name[0] = 0;
            munmap(bytes, (size_t)status.st_size);
        }
    }
    close(file);
}
