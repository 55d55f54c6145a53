/*
 * mix.c - two samples in one, and their classes with them.
 *
 * With l from Beta(alpha, alpha) a sample keeps the share l.  mixup: x' = l x +
 * (1 - l) y; Zhang et al.: mixup: Beyond Empirical Risk Minimization, 2018.
 * cutmix: a box of the share 1 - l of the picture, its centre anywhere in it,
 * becomes the partner's; the share is what lies inside the picture; Yun et al.:
 * CutMix, 2019, section 3.1.
 */
#include <math.h>

#include "augment/resample.h"
#include "base/num.h"

struct mix_config {
    double p, alpha;
};

#define ALPHA(often)                                                           \
    FIELD(mix_config, alpha, .def = often, .min = 0.01, .max = 100,            \
          .doc =                                                               \
              "The share that a sample keeps is drawn from Beta(alpha, "       \
              "alpha): small, and mostly one of both is nearly all; 1, and "   \
              "all shares are alike.")

static const struct field mixup_fields[] = {
    ALPHA("0.2"), P_FIELD(mix_config, "1"), {0}};

static const struct field cutmix_fields[] = {
    ALPHA("1"), P_FIELD(mix_config, "1"), {0}};

static void mix_all(const void *config, struct draw *d, const struct picture *p,
                    struct augment_mix *m)
{
    const struct mix_config *c = config;

    (void)p;
    m->share = 1 - draw_beta(d, c->alpha);
}

/* Of `length` pixels around a centre those in the picture: [*first, end). */
static int64_t cut_range(struct draw *d, int64_t extent, int64_t length,
                         int64_t *first)
{
    const int64_t centre = (int64_t)(draw_unit(d) * (double)extent);

    *first = num_max(centre - length / 2, 0);
    return num_min(centre - length / 2 + length, extent) - *first;
}

static void mix_box(const void *config, struct draw *d, const struct picture *p,
                    struct augment_mix *m)
{
    const struct mix_config *c = config;
    const double side = sqrt(1 - draw_beta(d, c->alpha));
    const int64_t height = (int64_t)(side * (double)p->height);
    const int64_t width = (int64_t)(side * (double)p->width);

    m->height = cut_range(d, p->height, height, &m->top);
    m->width = cut_range(d, p->width, width, &m->left);
    m->share = (double)(m->height * m->width) / (double)(p->height * p->width);
    if (m->height * m->width == 0)
        m->partner = -1;
}

const struct augment_ops mixup_augment = {
    .kind = {.name = "mixup",
             .doc = "Means of two samples and of their classes; last in the "
                    "list.",
             .fields = mixup_fields,
             .config_size = sizeof(struct mix_config),
             .aka = "mix_up mix random_mixup randommixup"},
    .mix = mix_all,
};

const struct augment_ops cutmix_augment = {
    .kind = {.name = "cutmix",
             .doc = "A box of another sample, and of its class as much; last "
                    "in the list.",
             .fields = cutmix_fields,
             .config_size = sizeof(struct mix_config),
             .aka = "cut_mix random_cutmix randomcutmix copy_paste mosaic"},
    .needs_image = true,
    .mix = mix_box,
};
