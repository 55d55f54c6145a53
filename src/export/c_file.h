/*
 * c_file.h - a C99 file in the making: constants, functions, the calls that
 * compute a network one layer after another.
 *
 * Private to export/.  Appending never fails; want of memory stays in the texts
 * and in the arena, which are asked once at the end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "activation/activation.h"
#include "base/text.h"
#include "export/network.h"
#include "tensor/strided.h"

/* A function of the file, or the type of its arguments; written once if it is
 * needed, behind what it needs itself. */
struct c_part {
    const char *text;
    const struct c_part *needs[3];
};

enum { C_PARTS = 64 };

struct c_file {
    const struct network *net;
    const char *prefix; /* NAME */
    struct text constants;
    struct text calls; /* statements of NAME_predict */
    int64_t depth;     /* blocks that are open there */
    int64_t struct_count;
    int64_t constant_bytes;
    int64_t patch; /* elements of the work area behind those of the plan */
    const struct c_part *parts[C_PARTS];
    int64_t part_count;
    struct arena arena; /* of words that live as long as the file */
};

/* c_need - a part is used. */
void c_need(struct c_file *f, const struct c_part *part);

/* c_line - a statement, or the part of one, on a line of its own. */
void c_line(struct c_file *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* c_word - a word on the file's arena. */
const char *c_word(struct c_file *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* c_real, c_double - a literal of the same bits. */
struct c_number {
    char text[40];
};
struct c_number c_real(real x);
struct c_number c_double(double x);

/* c_reals, c_doubles, c_bytes, c_ints - a constant array; what it is called.
 * `what` is the end of its name. */
const char *c_reals(struct c_file *f, int64_t node, const char *what,
                    const real *data, int64_t count);
const char *c_doubles(struct c_file *f, int64_t node, const char *what,
                      const double *data, int64_t count);
const char *c_bytes(struct c_file *f, int64_t node, const char *what,
                    const int8_t *data, int64_t count);
const char *c_ints(struct c_file *f, int64_t node, const char *what,
                   const int32_t *data, int64_t count);

/* c_list - the numbers of an array in lines, without braces. */
void c_list(struct text *out, const real *data, int64_t count);

/* c_member - one more member of a struct, where it is not 0; c_struct - the
 * constant `struct TYPE` of these, which are given back; what it is called. */
void c_member(struct text *members, const char *name, int64_t value);
const char *c_struct(struct c_file *f, const char *type, int64_t node,
                     struct text *members);

/* c_string - a literal of a text from anywhere; c_comment - the text as it may
 * stand in a comment. */
void c_string(struct text *out, const char *text);
void c_comment(struct text *out, const char *text);

/* c_name - the NAME that stands for a path: its last part without its ending,
 * on `arena`. */
const char *c_name(struct arena *arena, const char *path);

/* c_is_name - can functions be called like that? */
bool c_is_name(const char *word);

/* One layer that is to be written. */
struct c_layer {
    int64_t node;
    const struct layer *layer;
    const real *const *param;  /* [LAYER_MAX_PARAMS] as folded */
    const real *const *buffer; /* [LAYER_MAX_PARAMS] */
    const char *const *x;      /* [layer.inputs] where the inputs lie: "work" */
    const char *y;             /* where the output goes */
    bool rectified;            /* set by who has applied its rectify, too */
};

typedef void c_layer_fn(struct c_file *f, struct c_layer *l);

/* c_layer_find - who writes layers of that type; NULL: nobody. */
c_layer_fn *c_layer_find(const struct layer_ops *ops);

/* Who they are: one of the file's table of layers each. */
c_layer_fn c_convolution, c_transposed, c_local, c_dense, c_pool, c_global,
    c_pyramid, c_standardization, c_response, c_feature_pool, c_feature_wta,
    c_upscale, c_channel_affine, c_bias, c_scale, c_prelu, c_rrelu, c_sum,
    c_merge, c_concat, c_shuffle, c_slice, c_pad, c_view;

/* c_activation - apply a nonlinearity to `count` numbers at `y`, in place. */
void c_activation(struct c_file *f, struct variant v, int64_t count,
                  const char *y);
extern const struct c_part c_rectify_part;

/* c_activation_known - does it have a function? */
bool c_activation_known(struct variant v);

/* c_copy - the statement that copies. */
void c_copy(struct c_file *f, int64_t count, const char *from, const char *to);

/* Loops over the axes [first, end) of a walk, which are i0, i1, .. */
void c_loops(struct c_file *f, const struct walk *w, int64_t first,
             int64_t end);
void c_loops_end(struct c_file *f, int64_t count);

/* c_at - where operand k of a walk stands in them: "3 + 4 * i0 + i1". */
const char *c_at(struct c_file *f, const struct walk *w, int64_t k);

/* c_place - where the memory plan puts the output of a node: "work + 64". */
const char *c_place(struct c_file *f, int64_t node);

/* c_network - the calls from the normalized input to the last layer's output.
 * ERR_INTERNAL: nobody writes a layer. */
MUST_USE enum status c_network(struct c_file *f, struct err *e);

/* What the file says of itself. */
struct c_shell {
    const char *work_type; /* of the elements of the work area */
    int64_t work_count, work_bytes;
    double tolerance;    /* of its test */
    const real *answers; /* [REFERENCE_SAMPLES, net.outputs] of the test */
};

/* c_source - the whole file, from what has been written to `f`, whose texts are
 * given back; c_header - the header beside it. */
void c_source(struct c_file *f, const struct c_shell *shell, struct text *out);
void c_header(const struct c_file *f, const struct c_shell *shell,
              struct text *out);

/* c_begin, c_end - what stands in NAME_predict before the layers, the check and
 * the normalization of the input, whose numbers stand between `before` and
 * `after`; and behind them, when `output` has what the last layer makes. */
void c_begin(struct c_file *f, const char *before, const char *after);
void c_end(struct c_file *f);

/* c_title - the comment before a layer. */
void c_title(struct c_file *f, int64_t node);

/* c_conv, c_pool_shape - the constant `struct conv` or `struct pool` of a
 * layer; what it is called.  c_window_part - cells of a window of it. */
const char *c_conv(struct c_file *f, int64_t node, const struct conv *v);
const char *c_pool_shape(struct c_file *f, int64_t node, const struct layer *l,
                         const struct window *w, int64_t step);
extern const struct c_part c_window_part;

/* Functions that layers with filters call, and what they share: the type of
 * their geometry. */
extern const struct c_part c_conv_part, c_dense_part, c_patches_part;

/* c_patch - room for what a filter sees, behind the plan's tensors. */
const char *c_patch(struct c_file *f, const struct conv *v);
