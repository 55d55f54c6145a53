/*
 * jpeg.c - JPEG by libjpeg-turbo, of which no other file knows.
 *
 * The pixels are those of djpeg without options: the accurate integer DCT and
 * smooth upsampling of chroma.  What the library would warn of is an error, for
 * it then invents pixels.  Errors come back by longjmp, as the library wants
 * it, to run(), whose locals do not change.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
/* These need what stands above. */
#include <jerror.h>
#include <jpeglib.h>

#include "base/library.h"
#include "image/format.h"
#include "image/image.h"

/* More scans than any encoder writes: each is another walk over all pixels, of
 * which a small file can demand many. */
enum { SCANS_MOST = 500 };

#define FUNCTIONS(X)                                                           \
    X(jpeg_CreateDecompress)                                                   \
    X(jpeg_destroy_decompress)                                                 \
    X(jpeg_finish_decompress)                                                  \
    X(jpeg_mem_src)                                                            \
    X(jpeg_read_header)                                                        \
    X(jpeg_read_scanlines)                                                     \
    X(jpeg_save_markers)                                                       \
    X(jpeg_start_decompress)                                                   \
    X(jpeg_std_error)

static struct {
    FUNCTIONS(LIBRARY_POINTER)
} lib;

static const struct library_symbol symbols[] = {FUNCTIONS(LIBRARY_SYMBOL){0}};

static struct library libjpeg = {
    .file = "libjpeg.so.62",
    .package = "libjpeg62-turbo",
    .symbols = symbols,
};

struct job {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    const unsigned char *bytes;
    size_t length;
    const char *name;
    struct raw *out;
    struct err *e;
    enum status status;
    jmp_buf failed;
};

static _Noreturn void give_up(struct job *j, enum status status)
{
    j->status = status;
    longjmp(j->failed, 1);
}

static _Noreturn void fail(j_common_ptr common)
{
    struct job *j = common->client_data;
    char reason[JMSG_LENGTH_MAX];

    if (common->err->msg_code == JERR_OUT_OF_MEMORY)
        give_up(j, err_memory(j->e, "decoding an image"));
    common->err->format_message(common, reason);
    give_up(j, err_add(j->e, ERR_DATA, j->name,
                       "JPEG image cannot be decoded: %s", reason));
}

/* Level -1 is a warning, others are traces.  A new revision of JFIF, which has
 * the same pixels, is no damage. */
static void heed(j_common_ptr common, int level)
{
    if (level < 0 && common->err->msg_code != JWRN_JFIF_MAJOR)
        fail(common);
}

static void say_nothing(j_common_ptr common)
{
    (void)common;
}

static void count_scans(j_common_ptr common)
{
    struct job *j = common->client_data;

    if (j->jpeg.input_scan_number > SCANS_MOST)
        give_up(j, err_add(j->e, ERR_DATA, j->name,
                           "JPEG image has more than %d scans", SCANS_MOST));
}

static void start(struct job *j)
{
    lib.jpeg_CreateDecompress(&j->jpeg, JPEG_LIB_VERSION, sizeof j->jpeg);
    j->progress.progress_monitor = count_scans;
    j->jpeg.progress = &j->progress;
    /* Not what the environment's JPEGMEM says. */
    j->jpeg.mem->max_memory_to_use = 0;
    lib.jpeg_mem_src(&j->jpeg, j->bytes, j->length);
    lib.jpeg_save_markers(&j->jpeg, JPEG_APP0 + 1, 0xffff);
    lib.jpeg_read_header(&j->jpeg, TRUE);
}

static void check_kind(struct job *j)
{
    const J_COLOR_SPACE space = j->jpeg.jpeg_color_space;

    if (space == JCS_CMYK || space == JCS_YCCK)
        give_up(j, err_add(j->e, ERR_DATA, j->name,
                           "JPEG image is CMYK, expected grey or RGB"));
    if (j->jpeg.num_components != 1 && j->jpeg.num_components != 3)
        give_up(j, err_add(j->e, ERR_DATA, j->name,
                           "JPEG image has %d components, expected 1 or 3",
                           j->jpeg.num_components));
    j->out->width = j->jpeg.image_width;
    j->out->height = j->jpeg.image_height;
    j->out->channels = j->jpeg.num_components;
    const enum status s = raw_bounded(j->out, j->name, j->e);
    if (s != OK)
        give_up(j, s);
    j->jpeg.out_color_space = j->out->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    j->jpeg.dct_method = JDCT_ISLOW;
    j->jpeg.do_fancy_upsampling = TRUE;
}

static void read_pixels(struct job *j)
{
    const struct raw *out = j->out;

    lib.jpeg_start_decompress(&j->jpeg);
    const enum status s = raw_take(j->out, j->e);
    if (s != OK)
        give_up(j, s);
    while (j->jpeg.output_scanline < j->jpeg.output_height) {
        JSAMPROW row = out->pixels + (int64_t)j->jpeg.output_scanline *
                                         out->width * out->channels;
        lib.jpeg_read_scanlines(&j->jpeg, &row, 1);
    }
    lib.jpeg_finish_decompress(&j->jpeg);
}

static void read_orientation(struct job *j)
{
    enum { MAGIC = 6 };

    for (jpeg_saved_marker_ptr m = j->jpeg.marker_list; m; m = m->next)
        if (m->data_length >= MAGIC &&
            memcmp(m->data, "Exif\0\0", MAGIC) == 0) {
            j->out->orientation =
                exif_orientation(m->data + MAGIC, m->data_length - MAGIC);
            return;
        }
}

static void run(struct job *j)
{
    if (setjmp(j->failed) != 0)
        return;
    start(j);
    check_kind(j);
    read_orientation(j);
    read_pixels(j);
}

static enum status decode(const unsigned char *bytes, size_t length,
                          const char *name, struct raw *out, struct err *e)
{
    struct job j = {
        .bytes = bytes, .length = length, .name = name, .out = out, .e = e};

    const enum status s = library_need(&libjpeg, "decoding a JPEG image", e);
    if (s != OK)
        return s;
    j.jpeg.err = lib.jpeg_std_error(&j.errors);
    j.errors.error_exit = fail;
    j.errors.emit_message = heed;
    j.errors.output_message = say_nothing;
    j.jpeg.client_data = &j;
    run(&j);
    lib.jpeg_destroy_decompress(&j.jpeg);
    return j.status;
}

static bool knows(const unsigned char *head, size_t length)
{
    return length >= 3 && memcmp(head, "\xff\xd8\xff", 3) == 0;
}

#define TEXT(x)    #x
#define TEXT_OF(x) TEXT(x)

/* The library has no function that tells it. */
const char *image_jpeg_library(const char **why)
{
    *why = library_open(&libjpeg);
    return *why ? NULL : TEXT_OF(LIBJPEG_TURBO_VERSION);
}

const struct image_format image_jpeg = {
    .name = "JPEG",
    .knows = knows,
    .decode = decode,
};
