/*
 * png.c - PNG by libpng, of which no other file knows.
 *
 * Of the ancillary chunks transparency and Exif alone are looked at; gamma and
 * colour profiles do not change pixels.  What libpng would warn of is an error:
 * nothing that it still looks at may be damaged.  Errors come back by longjmp,
 * as the library wants it, to decode(), whose locals do not change.
 */
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "base/arena.h"
#include "base/library.h"
#include "image/format.h"
#include "image/image.h"

/* No stream of deflate holds more than 1032 times its length; a file that would
 * have to is found before memory is asked for. */
enum { DEFLATE_MOST = 1032 };

#define FUNCTIONS(X)                                                           \
    X(png_create_info_struct)                                                  \
    X(png_create_read_struct_2)                                                \
    X(png_destroy_read_struct)                                                 \
    X(png_error)                                                               \
    X(png_free)                                                                \
    X(png_get_bit_depth)                                                       \
    X(png_get_channels)                                                        \
    X(png_get_error_ptr)                                                       \
    X(png_get_image_height)                                                    \
    X(png_get_image_width)                                                     \
    X(png_get_io_ptr)                                                          \
    X(png_get_libpng_ver)                                                      \
    X(png_get_mem_ptr)                                                         \
    X(png_get_unknown_chunks)                                                  \
    X(png_malloc)                                                              \
    X(png_read_end)                                                            \
    X(png_read_image)                                                          \
    X(png_read_info)                                                           \
    X(png_read_update_info)                                                    \
    X(png_set_crc_action)                                                      \
    X(png_set_expand)                                                          \
    X(png_set_interlace_handling)                                              \
    X(png_set_keep_unknown_chunks)                                             \
    X(png_set_read_fn)                                                         \
    X(png_set_scale_16)                                                        \
    X(png_set_user_limits)

static struct {
    FUNCTIONS(LIBRARY_POINTER)
} lib;

static const struct library_symbol symbols[] = {FUNCTIONS(LIBRARY_SYMBOL){0}};

static struct library libpng = {
    .file = "libpng16.so.16",
    .package = "libpng16-16",
    .symbols = symbols,
};

struct job {
    const unsigned char *at;
    size_t left;
    const char *name;
    struct raw *out;
    struct err *e;
    enum status status;
    bool short_of_memory;
    png_struct *png;
    png_info *info;
    png_byte **rows;
    jmp_buf failed;
};

static _Noreturn void fail(png_struct *png, const char *reason)
{
    struct job *j = lib.png_get_error_ptr(png);

    j->status = j->short_of_memory
                    ? err_memory(j->e, "decoding an image")
                    : err_add(j->e, ERR_DATA, j->name,
                              "PNG image cannot be decoded: %s", reason);
    longjmp(j->failed, 1);
}

/* What has been said already ends the work. */
static _Noreturn void give_up(struct job *j, enum status status)
{
    j->status = status;
    longjmp(j->failed, 1);
}

static void *take(png_struct *png, size_t bytes)
{
    struct job *j = lib.png_get_mem_ptr(png);
    void *block = mem_take(1, bytes);

    if (!block)
        j->short_of_memory = true;
    return block;
}

static void give_back(png_struct *png, void *block)
{
    (void)png;
    mem_free(block);
}

static void read_bytes(png_struct *png, png_byte *to, size_t count)
{
    struct job *j = lib.png_get_io_ptr(png);

    if (count > j->left)
        lib.png_error(png, "the file is cut short");
    memcpy(to, j->at, count);
    j->at += count;
    j->left -= count;
}

static void start(struct job *j)
{
    j->png = lib.png_create_read_struct_2(PNG_LIBPNG_VER_STRING, j, fail, fail,
                                          j, take, give_back);
    if (j->png)
        j->info = lib.png_create_info_struct(j->png);
    if (!j->png || !j->info)
        give_up(j, err_memory(j->e, "decoding an image"));
    lib.png_set_read_fn(j->png, j, read_bytes);
    lib.png_set_user_limits(j->png, IMAGE_MAX_SIDE, IMAGE_MAX_SIDE);
    lib.png_set_crc_action(j->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    lib.png_set_keep_unknown_chunks(j->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    lib.png_set_keep_unknown_chunks(j->png, PNG_HANDLE_CHUNK_ALWAYS,
                                    (const png_byte *)"eXIf", 1);
}

/* Rows of 8 bits, transparency as a channel of its own. */
static void ask_for_bytes(struct job *j)
{
    lib.png_set_expand(j->png);
    lib.png_set_scale_16(j->png);
    lib.png_set_interlace_handling(j->png);
    lib.png_read_update_info(j->png, j->info);
}

static void check_size(struct job *j)
{
    struct raw *out = j->out;
    const int64_t bits = (int64_t)lib.png_get_bit_depth(j->png, j->info) *
                         lib.png_get_channels(j->png, j->info);

    out->width = lib.png_get_image_width(j->png, j->info);
    out->height = lib.png_get_image_height(j->png, j->info);
    const enum status s = raw_bounded(out, j->name, j->e);
    if (s != OK)
        give_up(j, s);
    const int64_t bytes = out->height * ((out->width * bits + 7) / 8);
    if ((uint64_t)(bytes / DEFLATE_MOST) > j->left)
        lib.png_error(j->png, "the file is cut short");
}

static void read_pixels(struct job *j)
{
    struct raw *out = j->out;

    out->channels = lib.png_get_channels(j->png, j->info);
    if (lib.png_get_bit_depth(j->png, j->info) != 8 || out->channels > 4)
        lib.png_error(j->png, "unknown kind of pixels");
    const enum status s = raw_take(out, j->e);
    if (s != OK)
        give_up(j, s);
    j->rows = lib.png_malloc(j->png, (size_t)out->height * sizeof *j->rows);
    for (int64_t y = 0; y < out->height; y++)
        j->rows[y] = out->pixels + y * out->width * out->channels;
    lib.png_read_image(j->png, j->rows);
}

/* Exif may stand behind the pixels. */
static void read_orientation(struct job *j)
{
    png_unknown_chunk *chunks = NULL;
    const int count = lib.png_get_unknown_chunks(j->png, j->info, &chunks);

    for (int i = 0; i < count && j->out->orientation == 0; i++)
        if (memcmp(chunks[i].name, "eXIf", 4) == 0)
            j->out->orientation =
                exif_orientation(chunks[i].data, chunks[i].size);
}

static void run(struct job *j)
{
    if (setjmp(j->failed) != 0)
        return;
    start(j);
    lib.png_read_info(j->png, j->info);
    check_size(j);
    ask_for_bytes(j);
    read_pixels(j);
    lib.png_read_end(j->png, j->info);
    read_orientation(j);
}

static enum status decode(const unsigned char *bytes, size_t length,
                          const char *name, struct raw *out, struct err *e)
{
    struct job j = {
        .at = bytes, .left = length, .name = name, .out = out, .e = e};

    const enum status s = library_need(&libpng, "decoding a PNG image", e);
    if (s != OK)
        return s;
    run(&j);
    if (j.png && j.rows)
        lib.png_free(j.png, j.rows);
    lib.png_destroy_read_struct(&j.png, &j.info, NULL);
    return j.status;
}

static bool knows(const unsigned char *head, size_t length)
{
    return length >= 8 && memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0;
}

const char *image_png_library(const char **why)
{
    *why = library_open(&libpng);
    return *why ? NULL : lib.png_get_libpng_ver(NULL);
}

const struct image_format image_png = {
    .name = "PNG",
    .knows = knows,
    .decode = decode,
};
