/*
 * c_source.c - what stands around the layers in a C file: what it says of
 * itself, its interface, the way in and out, its test.
 */
#include <string.h>

#include "export/c_file.h"

static const struct c_part finite_part = {
    .text = "static int is_finite(float x)\n"
            "{\n"
            "    return x >= -FLT_MAX && x <= FLT_MAX;\n"
            "}\n",
};

/* y = (x - mean) / std, the constants alike for runs of numbers. */
static void put_normalization(struct c_file *f, const char *to,
                              const char *before, const char *after)
{
    const struct normalization *n = &f->net->model->norm;
    const int64_t run = f->net->inputs / n->count;
    real *lines = arena_take(&f->arena, 2 * (size_t)n->count, sizeof *lines);

    if (!lines)
        return;
    for (int64_t k = 0; k < n->count; k++) {
        lines[k] = (real)n->mean[k];
        lines[n->count + k] = (real)(1.0 / n->std[k]);
    }
    const char *mean = c_reals(f, 0, "mean", lines, n->count);
    const char *scale = c_reals(f, 0, "scale", lines + n->count, n->count);
    c_line(f, "for (int k = 0; k < %lld; k++)", (long long)n->count);
    c_line(f, "    for (int i = %lld * k; i < %lld * (k + 1); i++)",
           (long long)run, (long long)run);
    c_line(f, "        (%s)[i] = %s(input[i] - %s[k]) * %s[k]%s;", to, before,
           mean, scale, after);
}

void c_begin(struct c_file *f, const char *before, const char *after)
{
    c_need(f, &finite_part);
    c_line(f, "for (int i = 0; i < %lld; i++)", (long long)f->net->inputs);
    c_line(f, "    if (!is_finite(input[i]))");
    c_line(f, "        return 1;");
    put_normalization(f, c_place(f, 0), before, after);
}

/* Numbers as they stand in files again. */
static void put_raw(struct c_file *f, const struct normalization *n,
                    int64_t count)
{
    const int64_t node = f->net->fold.graph.count;
    const long long run = count / n->count;
    const char *mean = c_doubles(f, node, "mean", n->mean, n->count);
    const char *std = c_doubles(f, node, "std", n->std, n->count);

    c_line(f, "for (int i = 0; i < %lld; i++)", (long long)count);
    c_line(f, "    output[i] =");
    c_line(f,
           "        (float)((double)output[i] * %s[i / %lld] + %s[i / "
           "%lld]);",
           std, run, mean, run);
}

void c_end(struct c_file *f)
{
    const struct network_answer a = network_answer_of(f->net->model);
    const int64_t count = shape_count(f->net->own.out);

    if (a.nonlinearity.kind)
        c_activation(f, a.nonlinearity, count, "output");
    if (a.is_pair) {
        c_line(f, "output[1] = output[0];");
        c_line(f, "output[0] = %s;", a.probable ? "1 - output[1]" : "0");
    }
    if (a.raw.count > 0)
        put_raw(f, &a.raw, count);
    c_line(f, "for (int i = 0; i < %lld; i++)", (long long)f->net->outputs);
    c_line(f, "    if (!is_finite(output[i]))");
    c_line(f, "        return 1;");
    c_line(f, "return 0;");
}

static bool has_classes(const struct c_file *f)
{
    const enum target_kind kind = f->net->model->target.kind;

    return kind == TARGET_CLASS || kind == TARGET_LABELS;
}

/* What names the outputs in C; NULL: they have none. */
static const char *names_of(const struct c_file *f)
{
    return has_classes(f)                              ? "classes"
           : f->net->model->target.kind == TARGET_REAL ? "targets"
                                                       : NULL;
}

/* The declarations of file and header. */
static void put_interface(const struct c_file *f, const struct c_shell *s,
                          struct text *out)
{
    const char *name = f->prefix, *names = names_of(f);
    const long long outputs = f->net->outputs;

    text_printf(out,
                "#define %s_INPUTS %lld\n"
                "#define %s_OUTPUTS %lld\n"
                "#define %s_WORK_BYTES %lld\n",
                name, (long long)f->net->inputs, name, outputs, name,
                (long long)s->work_bytes);
    if (has_classes(f))
        text_printf(out, "#define %s_CLASSES %lld\n", name, outputs);
    if (names)
        text_printf(out, "\nextern const char *const %s_%s[%lld];\n", name,
                    names, outputs);
    text_printf(out,
                "\nint %s_predict(const float input[%s_INPUTS], float "
                "output[%s_OUTPUTS]);\n",
                name, name, name);
}

static const char *meaning_of(const struct c_file *f)
{
    const struct network_answer a = network_answer_of(f->net->model);

    switch (f->net->model->target.kind) {
    case TARGET_REAL:
        return "the numbers that were learnt, as training had them";
    case TARGET_INPUTS:
        return "the sample as the network makes it again, raw values";
    case TARGET_CLASS:
    case TARGET_LABELS:
        break;
    }
    return a.probable ? "the probabilities of its classes"
                      : "the scores of its classes; they are no "
                        "probabilities";
}

/* A paragraph of the comment at the top. */
static void put_words(struct text *out, const char *words)
{
    text_puts(out, " * ");
    text_wrap(out, " *", 3, words);
}

static void put_paragraph(struct text *out, struct text *words)
{
    text_puts(out, " *\n");
    put_words(out, text_string(words));
    text_drop(out, words);
}

/* What stood for cells that were missing. */
static void put_missing(const struct c_file *f, struct text *out)
{
    const struct filling *m = &f->net->model->missing;
    struct text words = {0};

    if (m->count == 0)
        return;
    text_puts(&words, "Where a number is missing the network expects");
    for (int64_t i = 0; i < m->count; i++)
        text_printf(&words, "%s %.9g", i > 0 ? "," : "", m->at[i]);
    text_puts(&words, m->count > 1 ? ", the number of its place." : ".");
    put_paragraph(out, &words);
}

static void put_comment(const struct c_file *f, const struct c_shell *s,
                        struct text *out)
{
    struct text words = {0};

    text_printf(out,
                "/*\n"
                " * %s - a trained network, made by cnnctl " CNNCTL_VERSION "\n"
                " *\n"
                " *   int %s_predict(const float input[%lld], float "
                "output[%lld]);\n",
                f->prefix, f->prefix, (long long)f->net->inputs,
                (long long)f->net->outputs);
    text_printf(&words,
                "input: a sample, %s, raw values as in the files of its "
                "training; they are normalized here.",
                shape_text(f->net->own.in).text);
    put_paragraph(out, &words);
    text_printf(&words, "output: %s.", meaning_of(f));
    put_paragraph(out, &words);
    text_puts(&words, "Returns 0, or 1 when an input is not finite, or so "
                      "large that an output is not.");
    put_paragraph(out, &words);
    put_missing(f, out);
    text_printf(&words,
                "Constants: %lld bytes (flash).  Work area: %lld bytes, "
                "static, so that there is one call at a time.  Nothing is "
                "allocated; C99, libm.  -O3 makes vectors of its loops.",
                (long long)f->constant_bytes, (long long)s->work_bytes);
    put_paragraph(out, &words);
    text_printf(&words,
                "With -D%s_TEST it has a main that computes %d samples and "
                "ends with 0 if they come out as the model has them, else "
                "with 1:",
                f->prefix, REFERENCE_SAMPLES);
    put_paragraph(out, &words);
    text_printf(out,
                " *\n *   cc -std=c99 -O2 -D%s_TEST FILE.c -lm && ./a.out\n"
                " */\n",
                f->prefix);
}

static void put_names(const struct c_file *f, struct text *out)
{
    const struct target *t = &f->net->model->target;
    const char *names = names_of(f);
    char room[TARGET_NAME_BYTES];

    if (!names)
        return;
    text_printf(out, "\nconst char *const %s_%s[%lld] = {\n", f->prefix, names,
                (long long)f->net->outputs);
    for (int64_t i = 0; i < f->net->outputs; i++) {
        text_puts(out, "    ");
        c_string(out, target_name(t, i, room));
        text_puts(out, ",\n");
    }
    text_puts(out, "};\n");
}

/* The samples, a row each. */
static void put_samples(struct text *out, const char *name, const real *data,
                        int64_t count)
{
    text_printf(out, "\nstatic const float test_%s[%d][%lld] = {\n", name,
                REFERENCE_SAMPLES, (long long)count);
    for (int64_t i = 0; i < REFERENCE_SAMPLES; i++) {
        text_puts(out, "    {");
        c_list(out, data + i * count, count);
        text_puts(out, "    },\n");
    }
    text_puts(out, "};\n");
}

static void put_test(const struct c_file *f, const struct c_shell *s,
                     struct text *out)
{
    const char *name = f->prefix;

    text_printf(out, "\n#ifdef %s_TEST\n#include <stdio.h>\n", name);
    put_samples(out, "input", f->net->raw, f->net->inputs);
    put_samples(out, "output", s->answers, f->net->outputs);
    text_printf(
        out,
        "\n"
        "int main(void)\n"
        "{\n"
        "    static float output[%s_OUTPUTS];\n"
        "    double largest = 0;\n"
        "\n"
        "    for (int n = 0; n < %d; n++) {\n"
        "        if (%s_predict(test_input[n], output) != 0) {\n"
        "            printf(\"%s: sample %%d: the output is not finite\\n\", "
        "n);\n"
        "            return 1;\n"
        "        }\n"
        "        for (int i = 0; i < %s_OUTPUTS; i++) {\n"
        "            const double want = (double)test_output[n][i];\n"
        "            const double size = fabs(want) < 1 ? 1 : fabs(want);\n"
        "            const double off = fabs((double)output[i] - want) / "
        "size;\n"
        "            if (off > %g)\n"
        "                printf(\"%s: sample %%d, output %%d: %%.9g, expected "
        "%%.9g\\n\",\n"
        "                       n, i, (double)output[i], want);\n"
        "            largest = off > largest ? off : largest;\n"
        "        }\n"
        "    }\n"
        "    printf(\"%s: the largest difference is %%.2g\\n\", largest);\n"
        "    return largest > %g;\n"
        "}\n"
        "#endif\n",
        name, REFERENCE_SAMPLES, name, name, name, s->tolerance, name, name,
        s->tolerance);
}

void c_source(struct c_file *f, const struct c_shell *s, struct text *out)
{
    put_comment(f, s, out);
    text_puts(out, "#include <float.h>\n#include <math.h>\n"
                   "#include <stdint.h>\n\n");
    put_interface(f, s, out);
    for (int64_t i = 0; i < f->part_count; i++)
        text_printf(out, "\n%s", f->parts[i]->text);
    text_join(out, &f->constants);
    text_printf(out,
                "\nstatic %s work[%lld];\n"
                "\n"
                "int %s_predict(const float input[%s_INPUTS], float "
                "output[%s_OUTPUTS])\n"
                "{\n",
                s->work_type, (long long)s->work_count, f->prefix, f->prefix,
                f->prefix);
    text_join(out, &f->calls);
    text_puts(out, "}\n");
    put_names(f, out);
    put_test(f, s, out);
}

void c_header(const struct c_file *f, const struct c_shell *s, struct text *out)
{
    text_printf(out,
                "/*\n"
                " * %s - a trained network, made by cnnctl " CNNCTL_VERSION
                ": see its C file\n"
                " */\n"
                "#ifndef %s_H\n"
                "#define %s_H\n"
                "\n"
                "#ifdef __cplusplus\n"
                "extern \"C\" {\n"
                "#endif\n"
                "\n",
                f->prefix, f->prefix, f->prefix);
    put_interface(f, s, out);
    text_puts(out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}
