#include "train/post.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "train/hall.h"
#include "train/relay.h"

/* Letters on their way from one process to another, the oldest first. */
struct letter {
    struct letter *next;
    size_t size;
    unsigned char bytes[];
};

struct mailbox {
    pthread_mutex_t lock;
    struct letter *first, *last;
};

/* Who waits for a letter; those of one mailbox get them in the order of
 * asking. */
struct want {
    int64_t from;
    void *bytes;
    size_t size;
    bool served;
};

enum { WANTS = 4096 };

static struct mailbox boxes[HALL_MOST][HALL_MOST]; /* [from][to] */
static pthread_barrier_t barrier;
static int64_t values[HALL_MOST];
static void *told[HALL_MOST];

/* A process, which is a thread and those of its pool. */
struct place {
    int64_t number, processes;
    pthread_t thread;
    struct pool *pool;
    void (*work)(void *context, int64_t process, const struct exchange *x);
    void *context;
    struct want wants[WANTS];
    int64_t asked, served; /* all before are */
};

static _Thread_local struct place *here;

static void send_letter(int64_t to, const void *bytes, size_t size,
                        struct ticket *t)
{
    struct mailbox *box = &boxes[here->number][to];
    struct letter *l = malloc(sizeof *l + size);

    cr_assert(l && !t->pending);
    *l = (struct letter){.size = size};
    memcpy(l->bytes, bytes, size);
    pthread_mutex_lock(&box->lock);
    if (box->last)
        box->last->next = l;
    else
        box->first = l;
    box->last = l;
    pthread_mutex_unlock(&box->lock);
    *t = (struct ticket){.pending = true, .request = UINT64_MAX};
}

static void want_letter(int64_t from, void *bytes, size_t size,
                        struct ticket *t)
{
    cr_assert(!t->pending);
    cr_assert_lt(here->asked - here->served, WANTS);
    here->wants[here->asked % WANTS] = (struct want){from, bytes, size, false};
    *t = (struct ticket){.pending = true, .request = (uint64_t)here->asked++};
}

static struct letter *take_letter(struct mailbox *box)
{
    pthread_mutex_lock(&box->lock);
    struct letter *l = box->first;
    if (l)
        box->first = l->next;
    if (!box->first)
        box->last = NULL;
    pthread_mutex_unlock(&box->lock);
    return l;
}

/* Serves all wants that letters have come for. */
static void poke(void)
{
    bool empty[HALL_MOST] = {false};

    for (int64_t i = here->served; i < here->asked; i++) {
        struct want *w = &here->wants[i % WANTS];
        struct letter *l = w->served || empty[w->from]
                               ? NULL
                               : take_letter(&boxes[w->from][here->number]);
        empty[w->from] = empty[w->from] || (!w->served && !l);
        if (l) {
            cr_assert_eq(l->size, w->size);
            memcpy(w->bytes, l->bytes, l->size);
            w->served = true;
            free(l);
        }
        here->served += i == here->served && w->served;
    }
}

static bool is_done(struct ticket *t)
{
    if (!t->pending)
        return true;
    poke();
    const bool done = t->request == UINT64_MAX ||
                      (int64_t)t->request < here->served ||
                      here->wants[t->request % WANTS].served;
    t->pending = !done;
    return done;
}

static int64_t least_value(int64_t value)
{
    int64_t least = value;

    values[here->number] = value;
    pthread_barrier_wait(&barrier);
    for (int64_t i = 0; i < here->processes; i++)
        least = values[i] < least ? values[i] : least;
    pthread_barrier_wait(&barrier);
    return least;
}

static void tell_all(int64_t from, void *bytes, size_t size)
{
    told[here->number] = bytes;
    pthread_barrier_wait(&barrier);
    if (from != here->number)
        memcpy(bytes, told[from], size);
    pthread_barrier_wait(&barrier);
}

static void *take_place(void *place)
{
    static const struct wire wire = {
        .send = send_letter,
        .receive = want_letter,
        .done = is_done,
        .poke = poke,
        .least = least_value,
        .tell = tell_all,
    };
    struct relay relay;

    here = place;
    const struct exchange x =
        exchange_over(&relay, &wire, here->number, here->processes);
    const struct exchange with = exchange_with(x, here->pool);
    here->work(here->context, here->number, &with);
    cr_assert_eq(here->asked, here->served, "a letter is still to come");
    relay_close(&relay);
    return NULL;
}

void post_run(int64_t processes, int64_t threads,
              void (*work)(void *context, int64_t process,
                           const struct exchange *x),
              void *context)
{
    static struct place places[HALL_MOST];
    struct err e = {0};

    cr_assert_leq(processes, HALL_MOST);
    pthread_barrier_init(&barrier, NULL, (unsigned)processes);
    for (int64_t i = 0; i < HALL_MOST * HALL_MOST; i++)
        pthread_mutex_init(&boxes[i / HALL_MOST][i % HALL_MOST].lock, NULL);
    for (int64_t i = 0; i < processes; i++) {
        places[i] = (struct place){.number = i,
                                   .processes = processes,
                                   .work = work,
                                   .context = context};
        cr_assert_eq(pool_new(&places[i].pool, threads, &e), OK);
        cr_assert_eq(
            pthread_create(&places[i].thread, NULL, take_place, &places[i]), 0);
    }
    for (int64_t i = 0; i < processes; i++) {
        pthread_join(places[i].thread, NULL);
        pool_free(places[i].pool);
    }
    for (int64_t i = 0; i < HALL_MOST * HALL_MOST; i++) {
        struct mailbox *box = &boxes[i / HALL_MOST][i % HALL_MOST];
        cr_assert_null(box->first, "a letter nobody has asked for");
        pthread_mutex_destroy(&box->lock);
    }
    pthread_barrier_destroy(&barrier);
}
