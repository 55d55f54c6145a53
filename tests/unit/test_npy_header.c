/* The dictionary that an array of NumPy begins with. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/compiler.h"
#include "codec/npy.h"
#include "support/arrays.h"

Test(npy_header, headers_that_are_none)
{
    static const struct {
        const char *dictionary, *message;
    } cases[] = {
        {"{}", "expected each of descr, fortran_order and shape once at byte "
               "11"},
        {"[]", "expected a dictionary in braces at byte 10"},
        {"{'descr': 'u1', 'descr': 'u1'}",
         "expected each of descr, fortran_order and shape once at byte 26"},
        {"{'kind': 'u1'}",
         "expected each of descr, fortran_order and shape once at byte 11"},
        {"{'shape' (2,)}", "expected ':' at byte 19"},
        {"{'shape': 2}", "expected a shape in parentheses at byte 20"},
        {"{'shape': (2)}", "expected ',': (3) is no shape, (3,) is at byte 22"},
        {"{'shape': (2 3)}", "expected ',' or ')' at byte 23"},
        {"{'shape': (-2,)}", "expected an extent at byte 21"},
        {"{'shape': (9223372036854775808,)}",
         "expected an extent below 2^63 at byte 39"},
        {"{'shape': (1,1,1,1,1,1,1,1,1)}",
         "expected at most 8 extents at byte 37"},
        {"{'shape': (2,)", "expected ',' or '}' at byte 24"},
        {"{'fortran_order': 0}", "expected True or False at byte 28"},
        {"{'descr': [('a', 'u1')]}",
         "expected one type; records with fields are not read at byte 20"},
        {"{'descr': u1}", "expected a text in quotes at byte 20"},
        {"{'descr': 'u1}", "expected a short text in quotes at byte 20"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), } x",
         "expected nothing more at byte 70"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct text file = {0}, why = {0};
        struct npy_header h;
        char message[200];
        put_array(&file, cases[i].dictionary, NULL, 0);
        snprintf(message, sizeof message, "its NumPy header is malformed: %s",
                 cases[i].message);
        cr_expect_not(
            npy_read((unsigned char *)file.at, file.length, &h, &why));
        cr_expect_str_eq(text_string(&why), message, "got %s want %s",
                         text_string(&why), message);
        text_free(&file);
        text_free(&why);
    }
}

Test(npy_header, what_is_written_is_read)
{
    char header[NPY_HEADER_BYTES];
    struct npy_header h;
    struct text why = {0};

    npy_write(header, "<i8", 7, (const int64_t[]){3, 5}, 2);
    const unsigned char *head = (const unsigned char *)header;
    cr_assert_eq(npy_length(head, sizeof header, &why), sizeof header);
    cr_assert(npy_read(head, sizeof header, &h, &why), "%s", text_string(&why));
    cr_expect(h.axes == 3 && h.dim[0] == 7 && h.dim[1] == 3 && h.dim[2] == 5);
    cr_expect(h.element.kind == ELEMENT_SIGNED && h.element.size == 8);
    cr_expect_not(h.fortran);
    npy_write(header, "|u1", 7, NULL, 0);
    cr_assert(npy_read(head, sizeof header, &h, &why));
    cr_expect(h.axes == 1 && h.dim[0] == 7);
}
