/*
 * key_tables.c - all keys as records, from which scripts make cnnctl-config(5)
 * and configs/reference.yaml.  Must not know what they look like.
 */
#include "manual/key_help.h"

void key_tables(struct text *out)
{
    static const char *const roles[] = {
        [PLACE_SECTION] = "section",
        [PLACE_NESTED] = "nested",
        [PLACE_BESIDE] = "beside",
        [PLACE_VALUE] = "value",
    };

    for (struct place p = {0}; place_next(&p);) {
        text_printf(out, "place\t%s\t%s\t%s\t%s\t%s\n", roles[p.role], p.path,
                    p.section, p.name ? p.name : "", p.doc);
        for (const struct field *f = p.fields; f && f->key; f++) {
            text_printf(out, "key\t%s\t", f->key);
            field_expect(out, f);
            text_printf(out, "\t%s\t%s\t%s\t", f->unit ? f->unit : "",
                        f->def ? f->def : "",
                        f->def        ? "default"
                        : f->optional ? "optional"
                                      : "required");
            field_sample(out, f);
            text_printf(out, "\t%s\n", f->doc ? f->doc : "");
        }
    }
}
