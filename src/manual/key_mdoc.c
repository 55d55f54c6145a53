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

struct page {
    struct text *out;
    const char *words; /* key whose words are being listed; NULL: none */
};

static void end_words(struct page *page)
{
    if (page->words)
        text_puts(page->out, ".El\n");
    page->words = NULL;
}

static void put_word(struct page *page, const struct place *p)
{
    if (!page->words || strcmp(page->words, p->section) != 0) {
        end_words(page);
        text_printf(page->out, ".Ss Words of %s\n.Bl -tag -width Ds\n",
                    p->section);
        page->words = p->section;
    }
    text_printf(page->out, ".It Cm \\&%s\n", p->name);
    describe_mdoc_text(page->out, p->doc);
    describe_mdoc(page->out, p->fields);
}

static void put_place(void *context, const struct place *p)
{
    struct page *page = context;
    struct text *out = page->out;

    if (p->role == PLACE_VALUE) {
        put_word(page, p);
        return;
    }
    end_words(page);
    if (p->role == PLACE_BESIDE)
        text_printf(out, ".Ss %s with %s\n", p->section, p->name);
    else
        text_printf(out, ".Ss %s\n", *p->path ? p->path : "Top level");
    describe_mdoc_text(out, p->doc);
    describe_mdoc(out, p->fields);
    if (p->role == PLACE_NESTED && strcmp(p->section, "layers") == 0)
        put_example(out, p);
}

void key_mdoc(struct text *out)
{
    struct page page = {.out = out};

    place_each(put_place, &page);
    end_words(&page);
}
