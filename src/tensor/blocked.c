/*
 * blocked.c - where the numbers of blocked images stand.
 */
#include "tensor/blocked.h"

#include "base/num.h"

struct layout layout_for(const struct kernels *kern, struct shape sample,
                         bool blocked)
{
    const int64_t channels = shape_channels(sample);

    return (struct layout){
        .channels = channels,
        .pixels = shape_count(sample) / channels,
        .lanes = blocked ? kern->lanes : 1,
    };
}

int64_t layout_reals(const struct layout *l)
{
    return num_ceil_div(l->channels, l->lanes) * l->lanes * l->pixels;
}

struct plane_at layout_plane(const struct layout *l, int64_t channel)
{
    const int64_t lane = channel % l->lanes;

    return (struct plane_at){(channel - lane) * l->pixels + lane, l->lanes};
}
