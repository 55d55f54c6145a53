/*
 * version.c - versions of the program and of what computes in it.
 */
#include <string.h>

#include "cli/cmd.h"
#include "cli/say.h"
#include "codec/json.h"
#include "codec/stream.h"
#include "conf/tree.h"
#include "image/image.h"
#include "tensor/gemm.h"

#ifndef CNNCTL_VERSION
#define CNNCTL_VERSION "unknown"
#endif

/* "OpenBLAS 0.3.21 Zen": the last word is the kernel. */
static int blas_length(const char *whole)
{
    const char *blank = strrchr(whole, ' ');

    return (int)(blank ? (size_t)(blank - whole) : strlen(whole));
}

static enum status print_as_json(const struct call *call, bool has_blas,
                                 struct err *e)
{
    struct json_writer w = {0};
    const char *blas = gemm_kernel(), *why;
    const int length = blas_length(blas);
    const char *name = arena_printf(call->arena, "%.*s", length, blas);

    const enum status s = arena_check(call->arena, e, "printing the versions");
    if (s != OK)
        return s;
    json_begin_map(&w, NULL);
    json_put_text(&w, "version", CNNCTL_VERSION);
    json_put_text(&w, "blas", has_blas ? name : NULL);
    json_put_text(&w, "kernel", has_blas ? blas + length + 1 : NULL);
    json_put_text(&w, "libyaml", tree_library());
    json_put_text(&w, "zlib", stream_library());
    json_put_text(&w, "libpng", image_png_library(&why));
    json_put_text(&w, "libjpeg_turbo", image_jpeg_library(&why));
    json_end(&w);
    return print_json(call, &w, e);
}

static void print_library(const struct call *call, const char *name,
                          const char *version, const char *why)
{
    if (version)
        out_printf(call->out, "%s %s\n", name, version);
    else
        out_printf(call->out, "%s: not loaded (%s)\n", name, why);
}

static enum status run(const struct call *call, struct err *e)
{
    const char *why = gemm_open(), *blas = gemm_kernel();
    const int length = blas_length(blas);

    if (call->global.json)
        return print_as_json(call, !why, e);
    out_printf(call->out, "cnnctl %s\n", CNNCTL_VERSION);
    if (why)
        out_printf(call->out, "blas: not loaded (%s)\n", why);
    else
        out_printf(call->out, "blas %.*s, kernel%s\n", length, blas,
                   blas + length);
    out_printf(call->out, "libyaml %s\nzlib %s\n", tree_library(),
               stream_library());
    const char *version = image_png_library(&why);
    print_library(call, "libpng", version, why);
    version = image_jpeg_library(&why);
    print_library(call, "libjpeg-turbo", version, why);
    return OK;
}

const struct command cmd_version = {
    .name = "version",
    .operands = "",
    .doc = "Show the versions of program and libraries.",
    .examples = "  cnnctl version\n  cnnctl version --json\n",
    .takes_json = true,
    .by_several = true,
    .run = run,
};
