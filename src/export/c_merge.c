/*
 * c_merge.c - layers of several inputs, and those that move numbers, in C.
 *
 * What lies where is said by walks, which become loops.
 */
#include "export/c_file.h"
#include "layer/config.h"
#include "layer/facts.h"

static const struct c_part copy_part = {
    .text = "static void copy(int count, const float *restrict x, float "
            "*restrict y)\n"
            "{\n"
            "    for (int i = 0; i < count; i++)\n"
            "        y[i] = x[i];\n"
            "}\n",
};

static const struct c_part extremum_part = {
    .text = "/* NaN wins. */\n"
            "static float larger(float a, float b)\n"
            "{\n"
            "    return b > a || b != b ? b : a;\n"
            "}\n",
};

static const struct c_part minimum_part = {
    .text = "static float smaller(float a, float b)\n"
            "{\n"
            "    return b < a || b != b ? b : a;\n"
            "}\n",
};

void c_copy(struct c_file *f, int64_t count, const char *from, const char *to)
{
    if (strcmp(from, to) == 0)
        return;
    c_need(f, &copy_part);
    c_line(f, "copy(%lld, %s, %s);", (long long)count, from, to);
}

/* Input k as it stands in a sum. */
static const char *term(struct c_file *f, const struct merge_task *t,
                        const struct walk *w, int64_t k)
{
    const int64_t last = t->coeff_count - 1;
    const real coeff = (real)t->coeffs[k < last ? k : last];
    const char *at = c_at(f, w, k + 1);

    return coeff == 1 ? c_word(f, "x%lld[%s]", (long long)k, at)
                      : c_word(f, "%s * x%lld[%s]", c_real(coeff).text,
                               (long long)k, at);
}

/* Folded from the left. */
static const char *form_of(struct c_file *f, const struct merge_task *t,
                           const struct walk *w, int64_t inputs)
{
    static const char *const forms[] = {
        [MERGE_SUM] = "%s + %s",
        [MERGE_MUL] = "%s * %s",
        [MERGE_MAXIMUM] = "larger(%s, %s)",
        [MERGE_MINIMUM] = "smaller(%s, %s)",
    };
    struct text form = {0}, next = {0};

    text_puts(&form, term(f, t, w, 0));
    for (int64_t k = 1; k < inputs; k++) {
        const char *left = text_string(&form);
        for (const char *c = forms[t->function]; *c; c++) {
            if (*c != '%') {
                text_add(&next, c, 1);
                continue;
            }
            text_puts(&next, left ? left : term(f, t, w, k));
            left = NULL;
            c++;
        }
        text_drop(&f->calls, &form);
        form = next;
        next = (struct text){0};
    }
    return arena_text(&f->arena, &form);
}

/* y may be one of the inputs, element on element. */
static void put_merge(struct c_file *f, struct c_layer *l,
                      const struct merge_task *t)
{
    const struct walk w = merge_walk(l->layer, t, 1);

    if (t->function == MERGE_MAXIMUM)
        c_need(f, &extremum_part);
    if (t->function == MERGE_MINIMUM)
        c_need(f, &minimum_part);
    c_line(f, "{");
    f->depth++;
    for (int64_t k = 0; k < l->layer->inputs; k++)
        c_line(f, "const float *x%lld = %s;", (long long)k, l->x[k]);
    c_line(f, "float *y = %s;", l->y);
    c_loops(f, &w, 0, w.axes);
    c_line(f, "y[%s] = %s;", c_at(f, &w, 0),
           form_of(f, t, &w, l->layer->inputs));
    c_loops_end(f, w.axes);
    f->depth--;
    c_line(f, "}");
}

void c_sum(struct c_file *f, struct c_layer *l)
{
    const struct merge_task t = elemwisesum_task(l->layer);

    put_merge(f, l, &t);
}

void c_merge(struct c_file *f, struct c_layer *l)
{
    const struct merge_task t = elemwisemerge_task(l->layer);

    put_merge(f, l, &t);
}

/* Operand 0, in y, becomes operand 1, in input k. */
static void put_walk(struct c_file *f, const struct c_layer *l, int64_t k,
                     const struct walk *w)
{
    c_line(f, "{");
    f->depth++;
    c_line(f, "const float *x = %s;", l->x[k]);
    c_line(f, "float *y = %s;", l->y);
    c_loops(f, w, 0, w->axes);
    c_line(f, "y[%s] = x[%s];", c_at(f, w, 0), c_at(f, w, 1));
    c_loops_end(f, w->axes);
    f->depth--;
    c_line(f, "}");
}

void c_concat(struct c_file *f, struct c_layer *l)
{
    int64_t first = 0;

    for (int64_t k = 0; k < l->layer->inputs; k++) {
        const struct walk w = concat_walk(l->layer, 1, k, &first);
        put_walk(f, l, k, &w);
    }
}

void c_slice(struct c_file *f, struct c_layer *l)
{
    const struct walk w = slice_walk(l->layer, 1);

    put_walk(f, l, 0, &w);
}

/* Without an order to change it is a view. */
void c_shuffle(struct c_file *f, struct c_layer *l)
{
    const struct walk w = dimshuffle_walk(l->layer, 1);

    if (l->layer->spec.view == VIEW_ALWAYS)
        c_view(f, l);
    else
        put_walk(f, l, 0, &w);
}

void c_view(struct c_file *f, struct c_layer *l)
{
    c_copy(f, shape_count(l->layer->spec.out), l->x[0], l->y);
}

/* Which cell of an axis of `count` stands at i, outside it too. */
static const struct c_part edge_part = {
    .text = "/* Cell i of an axis, beyond its ends the last one. */\n"
            "static int edge(int i, int count)\n"
            "{\n"
            "    return i < 0 ? 0 : i < count ? i : count - 1;\n"
            "}\n",
};

static const struct c_part reflect_part = {
    .text = "/* Cell i of an axis, mirrored at its ends. */\n"
            "static int reflect(int i, int count)\n"
            "{\n"
            "    return i < 0 ? -i : i < count ? i : 2 * (count - 1) - i;\n"
            "}\n",
};

/* "edge(i0 - 1, 5) * 7 + i1": where the element at i0, i1 .. comes from. */
static const char *cell(struct c_file *f, const struct c_layer *l)
{
    const struct border *b = pad_border(l->layer);
    const struct shape in = l->layer->in[0];
    const char *word = b->mode == 'e' ? "edge" : "reflect";
    struct text t = {0};
    int64_t step = shape_count(in);

    for (int64_t a = 0; a < in.axes; a++) {
        step /= in.dim[a];
        text_puts(&t, a > 0 ? " + " : "");
        if (b->before[a] == 0 && b->after[a] == 0)
            text_printf(&t, "i%lld", (long long)a);
        else
            text_printf(&t, "%s(i%lld - %lld, %lld)", word, (long long)a,
                        (long long)b->before[a], (long long)in.dim[a]);
        if (step > 1)
            text_printf(&t, " * %lld", (long long)step);
    }
    return arena_text(&f->arena, &t);
}

/* A constant border, and the input within. */
static void pad_constant(struct c_file *f, struct c_layer *l)
{
    const struct pad_config *c = l->layer->config;
    const struct border *b = pad_border(l->layer);
    const struct shape in = l->layer->in[0];
    struct walk w = walk_over(1, in);
    struct strided *y = walk_add(&w, l->layer->spec.out);

    for (int64_t a = 0; a < in.axes; a++)
        y->origin += b->before[a] * y->step[a + 1];
    walk_add(&w, in);
    walk_join(&w);
    c_line(f, "for (int i = 0; i < %lld; i++)",
           (long long)shape_count(l->layer->spec.out));
    c_line(f, "    (%s)[i] = %s;", l->y, c_real((real)c->val).text);
    put_walk(f, l, 0, &w);
}

void c_pad(struct c_file *f, struct c_layer *l)
{
    const struct border *b = pad_border(l->layer);
    const struct shape out = l->layer->spec.out;
    struct walk w = {.axes = out.axes};

    if (b->mode == 'c') {
        pad_constant(f, l);
        return;
    }
    for (int64_t a = 0; a < out.axes; a++)
        w.dim[a] = out.dim[a];
    c_need(f, b->mode == 'e' ? &edge_part : &reflect_part);
    c_line(f, "{");
    f->depth++;
    c_line(f, "const float *x = %s;", l->x[0]);
    c_line(f, "float *y = %s;", l->y);
    c_loops(f, &w, 0, w.axes);
    c_line(f, "*y++ = x[%s];", cell(f, l));
    c_loops_end(f, w.axes);
    f->depth--;
    c_line(f, "}");
}
