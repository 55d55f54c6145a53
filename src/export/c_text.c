/*
 * c_text.c - names, literals and arrays of a C file.
 */
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "export/c_file.h"

enum { LINE = 76 };

void c_need(struct c_file *f, const struct c_part *part)
{
    for (int64_t i = 0; i < f->part_count; i++)
        if (f->parts[i] == part)
            return;
    for (size_t i = 0; i < ARRAY_LEN(part->needs) && part->needs[i]; i++)
        c_need(f, part->needs[i]);
    f->parts[f->part_count++] = part;
}

void c_line(struct c_file *f, const char *fmt, ...)
{
    va_list args;

    text_pad(&f->calls, ' ', 4 * (f->depth + 1));
    va_start(args, fmt);
    text_vprintf(&f->calls, fmt, args);
    va_end(args);
    text_puts(&f->calls, "\n");
}

const char *c_word(struct c_file *f, const char *fmt, ...)
{
    struct text t = {0};
    va_list args;

    va_start(args, fmt);
    text_vprintf(&t, fmt, args);
    va_end(args);
    return arena_text(&f->arena, &t);
}

struct c_number c_real(real x)
{
    struct c_number n;

    snprintf(n.text, sizeof n.text, "%af", (double)x);
    return n;
}

struct c_number c_double(double x)
{
    struct c_number n;

    snprintf(n.text, sizeof n.text, "%a", x);
    return n;
}

/* Numbers with commas between, in lines. */
struct lines {
    struct text *out;
    int64_t width; /* of the line that is begun; 0: none is */
};

static void put_number(struct lines *l, const char *number)
{
    const int64_t length = (int64_t)strlen(number);

    if (l->width > 0 && l->width + length + 2 > LINE) {
        text_puts(l->out, ",\n");
        l->width = 0;
    }
    text_puts(l->out, l->width > 0 ? ", " : l->out->length > 0 ? "    " : "");
    text_add(l->out, number, (size_t)length);
    l->width += length + (l->width > 0 ? 2 : 4);
}

void c_list(struct text *out, const real *data, int64_t count)
{
    struct lines l = {.out = out};

    for (int64_t i = 0; i < count; i++)
        put_number(&l, c_real(data[i]).text);
    text_puts(out, "\n");
}

/* "static const TYPE layer3_WHAT[count] = {"; the name. */
static const char *begin_array(struct c_file *f, const char *type, int64_t node,
                               const char *what, int64_t count)
{
    const char *name = c_word(f, "layer%lld_%s", (long long)node, what);

    text_printf(&f->constants, "\nstatic const %s %s[%lld] = {\n", type, name,
                (long long)count);
    return name;
}

static void end_array(struct c_file *f, int64_t bytes)
{
    text_puts(&f->constants, "};\n");
    f->constant_bytes += bytes;
}

const char *c_reals(struct c_file *f, int64_t node, const char *what,
                    const real *data, int64_t count)
{
    const char *name = begin_array(f, "float", node, what, count);

    c_list(&f->constants, data, count);
    end_array(f, count * (int64_t)sizeof(float));
    return name;
}

const char *c_doubles(struct c_file *f, int64_t node, const char *what,
                      const double *data, int64_t count)
{
    const char *name = begin_array(f, "double", node, what, count);
    struct lines l = {.out = &f->constants};

    for (int64_t i = 0; i < count; i++)
        put_number(&l, c_double(data[i]).text);
    text_puts(&f->constants, "\n");
    end_array(f, count * (int64_t)sizeof *data);
    return name;
}

const char *c_bytes(struct c_file *f, int64_t node, const char *what,
                    const int8_t *data, int64_t count)
{
    const char *name = begin_array(f, "int8_t", node, what, count);
    struct lines l = {.out = &f->constants};
    char number[8];

    for (int64_t i = 0; i < count; i++) {
        snprintf(number, sizeof number, "%d", data[i]);
        put_number(&l, number);
    }
    text_puts(&f->constants, "\n");
    end_array(f, count);
    return name;
}

const char *c_ints(struct c_file *f, int64_t node, const char *what,
                   const int32_t *data, int64_t count)
{
    const char *name = begin_array(f, "int32_t", node, what, count);
    struct lines l = {.out = &f->constants};
    char number[16];

    for (int64_t i = 0; i < count; i++) {
        snprintf(number, sizeof number, "%ld", (long)data[i]);
        put_number(&l, number);
    }
    text_puts(&f->constants, "\n");
    end_array(f, count * (int64_t)sizeof *data);
    return name;
}

void c_member(struct text *members, const char *name, int64_t value)
{
    if (value != 0)
        text_printf(members, "%s.%s = %lld", members->length > 0 ? ", " : "",
                    name, (long long)value);
}

/* Several of a layer get a number each. */
const char *c_struct(struct c_file *f, const char *type, int64_t node,
                     struct text *members)
{
    const char *name = c_word(f, "layer%lld_%s%lld", (long long)node, type,
                              (long long)f->struct_count++);

    c_line(f, "static const struct %s %s = {", type, name);
    text_pad(&f->calls, ' ', 4 * (f->depth + 2));
    text_wrap(&f->calls, "", 4 * (f->depth + 2), text_string(members));
    c_line(f, "};");
    text_drop(&f->calls, members);
    return name;
}

/* Octal takes three digits at most, so what follows is another character; a
 * question mark might begin a trigraph. */
void c_string(struct text *out, const char *text)
{
    text_puts(out, "\"");
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c == '"' || *c == '\\' || *c == '?')
            text_printf(out, "\\%c", *c);
        else if (*c < 0x20 || *c >= 0x7f)
            text_printf(out, "\\%03o", *c);
        else
            text_printf(out, "%c", *c);
    text_puts(out, "\"");
}

/* Nothing ends the comment or begins another, no trigraph, no line that goes
 * on, ASCII alone. */
void c_comment(struct text *out, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c >= 0x7f || strchr("/*?\\", *c))
            text_printf(out, "\\x%02x", *c);
        else
            text_printf(out, "%c", *c);
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

const char *c_name(struct arena *arena, const char *path)
{
    const char *base = file_base(path), *dot = strrchr(base, '.');
    const size_t length =
        dot && dot > base ? (size_t)(dot - base) : strlen(base);
    struct text t = {0};

    if (isdigit((unsigned char)base[0]))
        text_puts(&t, "m_");
    for (size_t i = 0; i < length; i++)
        text_printf(&t, "%c", is_letter(base[i]) ? base[i] : '_');
    return arena_text(arena, &t);
}

bool c_is_name(const char *word)
{
    if (!is_letter(word[0]) || isdigit((unsigned char)word[0]))
        return false;
    while (*word && is_letter(*word))
        word++;
    return !*word;
}

void c_loops(struct c_file *f, const struct walk *w, int64_t first, int64_t end)
{
    for (int64_t a = first; a < end; a++, f->depth++)
        c_line(f, "for (int i%lld = 0; i%lld < %lld; i%lld++)%s", (long long)a,
               (long long)a, (long long)w->dim[a], (long long)a,
               a == end - 1 ? " {" : "");
}

/* The innermost of `count` loops has braces. */
void c_loops_end(struct c_file *f, int64_t count)
{
    f->depth--;
    if (count > 0)
        c_line(f, "}");
    f->depth -= count - 1;
}

const char *c_at(struct c_file *f, const struct walk *w, int64_t k)
{
    const struct strided *s = &w->operand[k];
    struct text t = {0};

    if (s->origin != 0)
        text_printf(&t, "%lld", (long long)s->origin);
    for (int64_t a = 0; a < w->axes; a++) {
        if (s->step[a] == 0)
            continue;
        text_printf(&t, "%s",
                    t.length == 0    ? s->step[a] < 0 ? "-" : ""
                    : s->step[a] < 0 ? " - "
                                     : " + ");
        const int64_t step = s->step[a] < 0 ? -s->step[a] : s->step[a];
        if (step != 1)
            text_printf(&t, "%lld * ", (long long)step);
        text_printf(&t, "i%lld", (long long)a);
    }
    if (t.length == 0)
        text_puts(&t, "0");
    return arena_text(&f->arena, &t);
}
