/* Layers as operators of ONNX: none is missing. */
#include <criterion/criterion.h>
#include <string.h>

#include "activation/activation.h"
#include "layer/layer.h"
#include "operators/operators.h"

static bool has_layer(const char *kind)
{
    for (size_t i = 0; operators_of_layer(i).kind; i++)
        if (strcmp(operators_of_layer(i).kind, kind) == 0)
            return operators_of_layer(i).words[0] != '\0';
    return false;
}

static bool has_activation(const char *kind)
{
    for (size_t i = 0; operators_of_activation(i).kind; i++)
        if (strcmp(operators_of_activation(i).kind, kind) == 0)
            return operators_of_activation(i).words[0] != '\0';
    return false;
}

Test(operators, every_layer_has_a_line)
{
    size_t rows = 0, kinds = 0;

    for (; operators_of_layer(rows).kind; rows++)
        cr_expect(layer_find(operators_of_layer(rows).kind), "%s is no layer",
                  operators_of_layer(rows).kind);
    for (; layer_kinds[kinds]; kinds++)
        cr_expect(has_layer(layer_kinds[kinds]->name), "%s",
                  layer_kinds[kinds]->name);
    cr_expect_eq(rows, kinds);
    cr_expect_not(has_layer("relu"));
}

Test(operators, every_nonlinearity_has_a_line)
{
    size_t rows = 0, kinds = 0;

    while (operators_of_activation(rows).kind)
        rows++;
    for (; activation_kinds[kinds]; kinds++)
        cr_expect(has_activation(activation_kinds[kinds]->name), "%s",
                  activation_kinds[kinds]->name);
    cr_expect_eq(rows, kinds);
}
