/*
 * yaml.c - whole documents.
 */
#include "fuzz/document.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct settings none = {0};

    document_check(fuzz_file(0, bytes, length), &none);
    return 0;
}
