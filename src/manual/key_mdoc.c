/*
 * key_mdoc.c - all keys as subsections of cnnctl-config(5).
 *
 * Every table is a subsection; the words that a key may have instead of a
 * table, initializers and the like, share one.  A layer's example is made of
 * its required keys.
 */
#include <string.h>

#include "conf/describe.h"
#include "manual/key_help.h"

/* `conv2d: {num_filters: 16, filter_size: 3}`, or the name alone. */
static void put_example(struct text *out, const struct place *p)
{
    const char *before = ": {";

    text_printf(out, ".Pp\nExample:\n.Dl \\- %s", p->name);
    for (const struct field *f = p->fields; f && f->key; f++) {
        if (f->def || f->optional)
            continue;
        text_printf(out, "%s%s: ", before, f->key);
        field_sample(out, f);
        before = ", ";
    }
    text_puts(out, *before == ',' ? "}\n" : "\n");
}

/* Returns the key whose words are listed now. */
static const char *put_word(struct text *out, const struct place *p,
                            const char *listed)
{
    if (!listed || strcmp(listed, p->section) != 0)
        text_printf(out, "%s.Ss Words of %s\n.Bl -tag -width Ds\n",
                    listed ? ".El\n" : "", p->section);
    text_printf(out, ".It Cm \\&%s\n", p->name);
    describe_mdoc_text(out, p->doc);
    describe_mdoc(out, p->fields);
    return p->section;
}

void key_mdoc(struct text *out)
{
    const char *listed = NULL;

    for (struct place p = {0}; place_next(&p);) {
        if (p.role == PLACE_VALUE) {
            listed = put_word(out, &p, listed);
            continue;
        }
        text_puts(out, listed ? ".El\n" : "");
        listed = NULL;
        if (p.role == PLACE_BESIDE)
            text_printf(out, ".Ss %s with %s\n", p.section, p.name);
        else
            text_printf(out, ".Ss %s\n", *p.path ? p.path : "Top level");
        describe_mdoc_text(out, p.doc);
        describe_mdoc(out, p.fields);
        if (p.role == PLACE_NESTED && strcmp(p.section, "layers") == 0)
            put_example(out, &p);
    }
    text_puts(out, listed ? ".El\n" : "");
}
