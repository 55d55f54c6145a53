/*
 * importer.h - the state of an import: values of the graph, and the layers that
 * have been made of its nodes so far.
 *
 * Nodes are taken in the order of the file.  A value is a constant, or what a
 * layer computes; other extents of the same numbers in the same order are not a
 * layer until one needs them (import_whole).  A function, a bias or a factor
 * behind a layer that nobody else reads becomes part of that layer where it has
 * such a part.
 *
 * Private to import/.
 */
#pragma once

#include "app/model.h"
#include "base/dict.h"
#include "evaluate/evaluate.h"
#include "layer/config.h"

enum { NO_LAYER = -1, NO_NODE = -1, MADE_WEIGHTS = LAYER_MAX_PARAMS };

/* Bounds on what a file may ask for. */
enum { IMPORT_MOST_NODES = 100000, IMPORT_MOST_NUMBERS = 1 << 28 };

/* Steps of evaluating a graph: about ten seconds. */
#define IMPORT_MOST_WORK INT64_C(4000000000)

/* A tensor of the graph. */
struct value {
    const char *name;
    int64_t producer; /* node; NO_NODE: an input or a constant */
    int64_t readers;  /* inputs of nodes that count, and outputs */
    const struct onnx_tensor *constant; /* NULL: it depends on the input */
    int64_t layer;                      /* of it; NO_LAYER: not known yet */
    struct shape shape;                 /* of a sample, as the file has it */
};

/* A weight of a layer that is made. */
struct made_weight {
    const char *name; /* "weight" */
    const float *at;
    int64_t count;
};

/* A layer that is made. */
struct made {
    const struct layer_ops *ops;
    const char *name;      /* NULL: it gets one */
    void *config;          /* all defaults, but for what was said */
    const int64_t *inputs; /* [input_count] layers */
    int64_t input_count;
    int64_t readers; /* layers that read it */
    bool shared;     /* several nodes read its output as it is */
    bool alone;      /* nothing else reads what it reads */
    bool fixed;      /* it is what the file says it is: nothing joins it */
    struct made_weight weights[MADE_WEIGHTS];
    int64_t weight_count;
    struct shape out;
    bool dropped;  /* it has become part of another */
    int64_t place; /* among those that are kept, once all are made */
};

/* What stands in front of the network: y = (x - mean) / std. */
struct front {
    bool any;     /* something does */
    int64_t axis; /* of a sample, 0 the first, along which its numbers vary;
                     FRONT_ONE: one pair for all, FRONT_EACH: for each number */
    int64_t count;
    double *mean, *std; /* [count] */
};
enum { FRONT_ONE = -1, FRONT_EACH = -2 };

struct importer {
    const struct onnx_model *from;
    const char *file;
    struct arena *arena; /* of the model */
    struct err *e;
    struct err *quiet; /* for what is said otherwise, or not at all */
    struct layer_engine engine;

    struct dict names;       /* values */
    struct onnx_node before; /* stands for the input in messages */
    struct value *values;
    int64_t value_count;
    int64_t *reads; /* values, all inputs of all nodes; NO_NODE: left out */
    int64_t *first_read;  /* [node_count] in reads */
    int64_t *first_value; /* [node_count] outputs of a node in values */
    bool *counts;         /* [node_count] the output depends on it */
    bool *taken;          /* [node_count] part of another node's layer */

    struct made **layers; /* [GRAPH_MAX_LAYERS] */
    int64_t layer_count;
    int64_t numbers;       /* of all their outputs, for a sample */
    const void **defaults; /* [kinds] a config of each, NULL: none yet */
    int64_t room, work;    /* for folding; see evaluate.h */
    int64_t claim_nodes, claim_numbers; /* that it may still cost to look at
                                           what nodes claim to be */

    int64_t batch; /* samples that the file takes; 0: any number */
    struct front front;
    bool moves; /* the network's input is the file's with its axes in another
                   order: */
    struct shape moved;               /* those of the file */
    int64_t move[1 + SHAPE_MAX_AXES]; /* of axis a the one of the file, the
                                         batch being 0 */
    bool is_log;     /* the file's outputs are logarithms of the network's */
    bool is_pair;    /* and stand for two classes, the network's for one */
    bool regression; /* they are numbers, no classes */
    struct text_list classes; /* that the file names; count 0: none */
};

/* A node being taken. */
struct step {
    struct importer *im;
    int64_t number;
    const struct onnx_node *node;
    struct place place;
    struct value *out; /* its first output */
};

/* A row of operators.c. */
struct operator
{
    const char *op;
    const char *attributes; /* see node_check */
    int64_t least, most;    /* inputs */
    evaluate_fn *evaluate;
    enum status (*make)(struct step * s); /* NULL: of constants alone */
};
const struct operator* operator_find(const char *op);

/* step_in - input k; NULL: it is left out.  step_constant - a constant of
 * floats there, NULL otherwise. */
struct value *step_in(const struct step *s, int64_t k);
const struct onnx_tensor *step_constant(const struct step *s, int64_t k);

/* step_needs - input k must be a constant of floats, of `count` numbers (-1:
 * any).  ERR_DATA. */
MUST_USE enum status step_needs(const struct step *s, int64_t k, int64_t count,
                                const struct onnx_tensor **out);

/* step_list - the integers of input k (-1: it is none), or of the attribute
 * that they were before; count -1: there are none.  ERR_DATA. */
MUST_USE enum status step_list(const struct step *s, const char *name,
                               int64_t k, struct node_list *out);

/* step_refuse - node_refuse of its node. */
#define step_refuse(s, ...) node_refuse(&(s)->place, (s)->im->e, __VA_ARGS__)

enum status import_memory(const struct importer *im);

/* made_new - a layer of a type, with all its defaults, that is not in the list
 * yet.  NULL: no memory, which the arena remembers. */
struct made *made_new(const struct step *s, const char *type);

/* made_defaults - the config that a layer of its type begins with. */
const void *made_defaults(struct importer *im, const struct made *m);

/* A number of a nonlinearity: its key and value; key NULL: none. */
struct setting {
    const char *key;
    double value;
};

/* made_function - a nonlinearity with its defaults but for two numbers. */
struct variant made_function(const struct importer *im, const char *kind,
                             struct setting first, struct setting second);
struct variant made_linear(void);

/* made_nonlinearity - the member that says it; NULL: the layer has none. */
struct variant *made_nonlinearity(const struct made *m);

/* made_weight - name a weight: what is at `at` stays there. */
void made_weight(struct made *m, const char *name, const float *at,
                 int64_t count);

/* made_done - it reads these values and goes into the list; the step's output
 * is what it computes.  ERR_DATA: it does not fit, in its own words. */
MUST_USE enum status made_done(struct step *s, struct made *m,
                               struct value *const *inputs, int64_t count);

/* made_on - the same for one input. */
MUST_USE enum status made_on(struct step *s, struct made *m,
                             struct value *input);

/* made_gives - its output must be these extents.  ERR_DATA. */
MUST_USE enum status made_gives(const struct step *s, const struct made *m,
                                struct shape want);

/* import_padded - v with cells of `val` around its rows and columns:
 * {before, after} of each.  ERR_DATA. */
MUST_USE enum status import_padded(struct step *s, struct value **v,
                                   const struct pair width[NODE_AXES],
                                   double val);

/* import_whole - input k as an output of the extents that the file says: a
 * reshape layer where there is none.  ERR_DATA: it is a constant, or has other
 * than `axes` axes (0: any), the batch not counted. */
MUST_USE enum status import_whole(struct step *s, int64_t k, int64_t axes,
                                  struct value **out);

/* import_any - input k as it comes.  ERR_DATA: it is a constant. */
MUST_USE enum status import_any(struct step *s, int64_t k, struct value **out);

/* import_same - the output is what `from` is. */
void import_same(struct step *s, const struct value *from);

/* import_last - the layer of a value if nobody else has read it and it may
 * still be changed by what follows; NULL: none. */
struct made *import_last(const struct step *s, const struct value *v);

/* import_rename - the output is `from` with other extents of as many numbers.
 */
MUST_USE enum status import_rename(struct step *s, struct value *from,
                                   struct shape to);

/* import_shared - which axes of a sample share numbers of constant `t`, for
 * layers with shared_axes.  False: it does not fit the sample. */
MUST_USE bool import_shared(const struct importer *im,
                            const struct onnx_tensor *t, struct shape sample,
                            struct int_list_or_word *out);

/* import_function - `f` of what value `v` is: part of the layer that computes
 * it, or a layer of its own. */
MUST_USE enum status import_function(struct step *s, struct value *v,
                                     struct variant f);

/* made_shared - its key shared_axes. */
struct int_list_or_word *made_shared(const struct made *m);

/* import_constant - the input of two that is a constant of floats, and its
 * number; NULL: both are computed. */
const struct onnx_tensor *import_constant(const struct step *s, int64_t *k);

/* import_line - c x + d of all numbers, as layers. */
MUST_USE enum status import_line(struct step *s, struct value *x, float c,
                                 float d);

/* import_merge - a layer of all inputs, all of them computed, which gives what
 * is as wide as the widest; import_merge_by - elemwisemerge; import_product -
 * of two, which may be x f(x). */
MUST_USE enum status import_merge(struct step *s, struct made *m);
MUST_USE enum status import_merge_by(struct step *s, const char *function);
MUST_USE enum status import_product(struct step *s);

/* import_cropped - of the step's output the cells [first, first + count) of its
 * rows and columns, by layers where there are others. */
MUST_USE enum status import_cropped(struct step *s,
                                    const struct pair keep[NODE_AXES]);

/* The makers of the rows, by file. */
/* clang-format off */
#define MAKERS(X)                                                              \
    X(conv) X(transposed) X(maxpool) X(avgpool) X(globalpool) X(mean)          \
    X(gemm) X(matmul) X(function) X(prelu) X(clip) X(dropout) X(identity)      \
    X(cast) X(batchnorm) X(instancenorm) X(lrn) X(add) X(sub) X(mul)           \
    X(div) X(sum) X(max) X(min) X(concat) X(reshape) X(flatten) X(squeeze)     \
    X(unsqueeze) X(transpose) X(slice) X(pad) X(resize) X(softmax)             \
    X(shape)
/* clang-format on */
#define MAKER(name) enum status make_##name(struct step *s);
MAKERS(MAKER)
#undef MAKER

/* front_take - is the step part of what stands in front of the network?  Then
 * it is taken: the output is the input, normalized. */
bool front_take(struct step *s);

/* front_move, front_rename - other orders of axes, and other extents, of the
 * input itself, when nothing else reads it; false: it has to be a layer. */
bool front_move(struct step *s, const struct value *v, const int64_t *perm);
bool front_rename(struct step *s, const struct value *v, struct shape to);

/* gelu_take - is the step the first of the nodes that the function is taken
 * apart into?  Then they are it, and *taken. */
MUST_USE enum status gelu_take(struct step *s, bool *taken);

/* index_build - the values and what reads them; which nodes count.  ERR_DATA:
 * the graph is none, or has inputs and outputs that no network here has. */
MUST_USE enum status index_build(struct importer *im);

/* pattern_take - is node `number` the first of those that a layer of ours is
 * written as, all of them as they stand?  Then they are that layer, and *taken.
 * ERR_MEMORY. */
MUST_USE enum status pattern_take(struct step *s, bool *taken);

/* front_settle - pairs along an axis that is not that of the channels become
 * those of all numbers. */
MUST_USE enum status front_settle(struct importer *im);

/* texts_classes, texts_normalization - what a file of this program says beside
 * its graph, as far as it fits: names for as many classes, constants that are
 * those of the graph. */
void texts_classes(struct importer *im, int64_t outputs);
void texts_normalization(struct importer *im);

/* The parts of a model, once all layers are made. */
MUST_USE enum status result_document(struct importer *im, struct experiment *x,
                                     const struct kernels *kern);
MUST_USE enum status result_weights(const struct importer *im, struct model *m);
MUST_USE enum status result_facts(const struct importer *im, struct model *m);

/* document_text - the network as YAML. */
void document_text(struct importer *im, struct text *out);

/* import_find - a value by name; NULL: there is none. */
struct value *import_find(const struct importer *im, const char *name);
