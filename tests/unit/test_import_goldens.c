/* Networks that PyTorch and other converters have written compute here what
 * they compute there: tests/data/onnx, made by scripts/make-golden-onnx.py. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "import/verify.h"
#include "train/infer.h"

static const char folder[] = "tests/data/onnx";

/* One file, and the numbers beside it. */
struct golden {
    struct arena arena;
    struct bytes bytes;
    struct onnx_model graph;
    struct model model;
    struct imported how;
    struct err e;
};

/* All numbers of "FOLDER/NAME.PART.csv"; how many. */
static int64_t read_numbers(struct golden *g, const char *name,
                            const char *part, double **out)
{
    struct bytes b = {0};
    char path[512];
    int64_t count = 0;

    snprintf(path, sizeof path, "%s/%s.%s.csv", folder, name, part);
    cr_assert_eq(file_read_all(path, 1 << 24, &b, &g->e), OK, "%s", g->e.text);
    *out = arena_take(&g->arena, b.length + 1, sizeof **out);
    cr_assert(*out);
    for (char *at = (char *)b.at; *at;) {
        char *end;
        const double number = strtod(at, &end);
        if (end != at)
            (*out)[count++] = number;
        at = end != at ? end : at + 1;
        at += *at == ',' || *at == '\n';
    }
    mem_free(b.at);
    return count;
}

static void open_golden(struct golden *g, const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s.onnx", folder, name);
    enum status s = file_read_all(path, 1 << 24, &g->bytes, &g->e);
    if (s == OK)
        s = onnx_read(g->bytes.at, g->bytes.length, path, &g->arena, &g->graph,
                      &g->e);
    if (s == OK)
        s = import_network(&g->model, &g->graph, path, NULL, &g->how, &g->e);
    cr_assert_eq(s, OK, "%s: %s", name, g->e.text);
}

/* Where number i of a sample of the file lies in one of the network. */
static int64_t place_of(const struct golden *g, int64_t i)
{
    const struct shape in = g->model.experiment.graph.in;
    int64_t at[SHAPE_MAX_AXES] = {0}, place = 0;

    if (!g->how.moves)
        return i;
    for (int64_t a = in.axes - 1; a >= 0; a--) {
        at[a] = i % g->how.moved.dim[a];
        i /= g->how.moved.dim[a];
    }
    for (int64_t a = 0; a < in.axes; a++)
        place = place * in.dim[a] + at[g->how.move[1 + a] - 1];
    return place;
}

static void compute(struct golden *g, int64_t samples, const double *x, real *y)
{
    const struct graph *net = &g->model.experiment.graph;
    const int64_t size = shape_count(net->in);
    real *mine = arena_take(&g->arena, (size_t)(samples * size), sizeof *mine);
    struct infer *infer;
    struct pool *pool;

    cr_assert(mine);
    for (int64_t i = 0; i < samples * size; i++)
        mine[i / size * size + place_of(g, i % size)] = (real)x[i];
    batch_normalize(&g->model.norm, size, samples, mine);
    cr_assert_eq(pool_new(&pool, 1, &g->e), OK);
    cr_assert_eq(infer_new(&infer, net, pool, (int64_t)samples, &g->e), OK);
    infer_weights(infer, g->model.state.best_params);
    infer_outputs(infer, samples, mine, y);
    infer_free(infer);
    pool_free(pool);
}

static void expect_golden(const char *name)
{
    struct golden g = {0};
    double *x, *want;

    open_golden(&g, name);
    const struct graph *net = &g.model.experiment.graph;
    const int64_t size = shape_count(net->in), width = shape_count(net->out);
    const int64_t samples = read_numbers(&g, name, "in", &x) / size;
    const int64_t count = read_numbers(&g, name, "out", &want);
    cr_assert_gt(samples, 0);
    cr_assert_eq(count, samples * width, "%s: %ld numbers of %ld samples", name,
                 (long)count, (long)samples);
    real *y = arena_take(&g.arena, (size_t)count, sizeof *y);
    compute(&g, samples, x, y);
    for (int64_t i = 0; i < count; i++) {
        const double b = g.how.is_log ? exp(want[i]) : want[i];
        cr_expect_leq(fabs((double)y[i] - b), 1e-5 * fmax(1, fabs(b)),
                      "%s: number %ld is %g, expected %g", name, (long)i,
                      (double)y[i], b);
    }
    model_free(&g.model);
    mem_free(g.bytes.at);
    arena_free(&g.arena);
}

Test(import, goldens_of_other_programs)
{
    DIR *d = opendir(folder);
    int count = 0;

    cr_assert(d, "%s", folder);
    for (struct dirent *f; (f = readdir(d));) {
        char name[256];
        const size_t length = strlen(f->d_name);
        if (length < 6 || strcmp(f->d_name + length - 5, ".onnx") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)length - 5, f->d_name);
        expect_golden(name);
        count++;
    }
    closedir(d);
    cr_expect_geq(count, 48);
}
