/*
 * registry.c - the list of layer types.
 *
 * A new type is one line here and one file.
 */
#include "layer/layer.h"

#define LAYERS(X)                                                              \
    X(layer, input)                                                            \
    X(layer, conv2d)                                                           \
    X(layer, transposedconv2d)                                                 \
    X(layer, nin)                                                              \
    X(layer, locallyconnected2d)                                               \
    X(layer, maxpool2d)                                                        \
    X(layer, avgpool2d)                                                        \
    X(layer, globalpool)                                                       \
    X(layer, spatialpyramidpooling)                                            \
    X(layer, dense)                                                            \
    X(layer, batchnorm)                                                        \
    X(layer, dropout)                                                          \
    X(layer, gaussiannoise)                                                    \
    X(layer, bias)                                                             \
    X(layer, scale)                                                            \
    X(layer, prelu)                                                            \
    X(layer, rrelu)                                                            \
    X(layer, standardization)                                                  \
    X(layer, lrn2d)                                                            \
    X(layer, featurepool)                                                      \
    X(layer, featurewta)                                                       \
    X(layer, upscale2d)                                                        \
    X(layer, nonlinearity)                                                     \
    X(layer, elemwisesum)                                                      \
    X(layer, elemwisemerge)                                                    \
    X(layer, concat)                                                           \
    X(layer, flatten)                                                          \
    X(layer, reshape)                                                          \
    X(layer, dimshuffle)                                                       \
    X(layer, slice)                                                            \
    X(layer, pad)

REGISTRY(layer, LAYERS)

const struct layer_ops *layer_find(const char *name)
{
    return layer_of((struct variant){kind_find(layer_kinds, name), NULL});
}
