/*
 * mistaken.c - tells kinds of files apart by their first bytes.
 */
#include "codec/mistaken.h"

#include <string.h>

#include "base/compiler.h"
#include "base/file.h"

enum { PEEK_BYTES = 1024, HEADER_AT = 8 };

static const char config[] = "a configuration", model[] = "a model file",
                  onnx[] = "an ONNX graph";

static const struct {
    const char *bytes, *what;
    size_t length;
} magics[] = {
    {"\x1f\x8b", "gzip-compressed data", 2}, {"\x89PNG", "a PNG image", 4},
    {"\xff\xd8\xff", "a JPEG image", 3},     {"\x93NUMPY", "a NumPy array", 6},
    {"PK\x03\x04", "a zip archive", 4},
};

static bool is_idx(const unsigned char *b, size_t length)
{
    return length > 4 && b[0] == 0 && b[1] == 0 && b[2] >= 0x08 &&
           b[2] <= 0x0e && b[3] >= 1 && b[3] <= 4;
}

/* The length of a header below 4 GiB, and the header. */
static bool is_safetensors(const unsigned char *b, size_t length)
{
    return length > HEADER_AT && memcmp(b + 4, "\0\0\0\0", 4) == 0 &&
           b[HEADER_AT] == '{';
}

/* Its first field, the version of the format, and a second one that there is:
 * who produced it, its domain, version, text or graph, operators, metadata. */
static bool is_onnx(const unsigned char *b, size_t length)
{
    return length > 2 && b[0] == 0x08 && b[1] >= 1 && b[1] < 0x20 &&
           memchr("\x12\x1a\x22\x28\x32\x3a\x42\x72", b[2], 8);
}

/* Cells in the first line, which may be longer than what is looked at, and
 * nothing of a mapping or a list. */
static bool is_table(const char *text, bool is_cut)
{
    const size_t line = strcspn(text, "\r\n");
    const bool is_item = *text == '-' && strchr(" \t\r\n", text[1]);

    return (text[line] || is_cut) && !is_item && strcspn(text, ",;\t") < line &&
           strcspn(text, ":#{[&%") >= line;
}

/* A section at the start of a line. */
static bool is_config(const char *text)
{
    static const char *const keys[] = {
        "data:", "layers:", "train:", "seed:", "extends:"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *at = strstr(text, keys[i]);
        if (at && (at == text || at[-1] == '\n'))
            return true;
    }
    return false;
}

/* What the file is, in words; NULL: it could be anything. */
static const char *look(const char *path)
{
    unsigned char b[PEEK_BYTES + 1];
    const size_t length = file_peek(path, b, PEEK_BYTES);

    b[length] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(magics); i++)
        if (length >= magics[i].length &&
            memcmp(b, magics[i].bytes, magics[i].length) == 0)
            return magics[i].what;
    if (is_idx(b, length))
        return "IDX data";
    if (is_safetensors(b, length))
        return model;
    if (is_onnx(b, length))
        return onnx;
    if (strlen((char *)b) < length)
        return NULL;
    if (is_config((char *)b))
        return config;
    return is_table((char *)b, length == PEEK_BYTES) ? "CSV data" : NULL;
}

enum status mistaken_config(const char *path, struct err *e)
{
    const char *what = look(path);

    if (!what || what == config)
        return OK;
    return err_add(
        e, ERR_CONFIG, path,
        what == model  ? "is %s, expected a configuration; cnnctl config show "
                         "%s prints its own"
        : what == onnx ? "is %s, expected a configuration; cnnctl import %s "
                         "-o MODEL --config OUT.yaml writes one"
                       : "is %s, expected a configuration; cnnctl config init "
                         "--from %s prints a first one",
        what, path);
}

enum status mistaken_model(const char *path, struct err *e)
{
    const char *what = look(path);

    if (!what || what == model)
        return OK;
    if (what == config || what == onnx)
        return err_add(e, ERR_DATA, path,
                       what == onnx ? "is %s, expected a model file; cnnctl "
                                      "import %s -o MODEL makes one of it"
                                    : "is %s, expected a model file; cnnctl "
                                      "fit %s writes one",
                       what, path);
    return err_add(e, ERR_DATA, path, "is %s, expected a model file", what);
}

enum status mistaken_onnx(const char *path, struct err *e)
{
    const char *what = look(path);

    return !what || what == onnx
               ? OK
               : err_add(e, ERR_DATA, path, "is %s, expected an ONNX graph",
                         what);
}

bool onnx_looks_like(const char *path)
{
    return look(path) == onnx;
}
