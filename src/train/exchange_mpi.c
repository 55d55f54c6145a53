/*
 * exchange_mpi.c - the processes that mpirun has started, and their messages.
 *
 * The one file that knows MPI: cnnctl-mpi is linked with it instead of alone.c.
 * Only the thread that begins calls the library.  Its errors end all processes,
 * as it does when one of them is lost.
 */
#include <assert.h>
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "train/relay.h"

enum { BLOCK = 4 };      /* bytes; a message is of fewer than 2^31 of them, */
enum { MOST = 1 << 30 }; /* and of more than these bytes in blocks */

static struct relay relay;

_Static_assert(sizeof(MPI_Request) <= sizeof(uint64_t), "a ticket holds one");

/* Everything that is sent is of 4 bytes or 8. */
static int elements(size_t size, MPI_Datatype *type)
{
    *type = size > MOST ? MPI_INT32_T : MPI_BYTE;
    assert(size <= MOST || size % BLOCK == 0);
    const size_t count = size > MOST ? size / BLOCK : size;
    assert(count <= INT_MAX);
    return (int)count;
}

static void keep(struct ticket *t, MPI_Request request)
{
    t->pending = true;
    memcpy(&t->request, &request, sizeof request);
}

static void send_message(int64_t to, const void *bytes, size_t size,
                         struct ticket *t)
{
    MPI_Datatype type;
    MPI_Request request;
    const int count = elements(size, &type);

    MPI_Isend(bytes, count, type, (int)to, 0, MPI_COMM_WORLD, &request);
    keep(t, request);
}

static void receive_message(int64_t from, void *bytes, size_t size,
                            struct ticket *t)
{
    MPI_Datatype type;
    MPI_Request request;
    const int count = elements(size, &type);

    MPI_Irecv(bytes, count, type, (int)from, 0, MPI_COMM_WORLD, &request);
    keep(t, request);
}

static bool is_done(struct ticket *t)
{
    MPI_Request request;
    int done = 1;

    if (!t->pending)
        return true;
    memcpy(&request, &t->request, sizeof request);
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    memcpy(&t->request, &request, sizeof request);
    t->pending = !done;
    return done;
}

static void poke(void)
{
    int any;

    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &any,
               MPI_STATUS_IGNORE);
}

/* The library's own waiting keeps a processor busy that another process may
 * need to get here. */
static void wait_for(MPI_Request request)
{
    int64_t looks = 0;
    int done = 0;

    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    while (!done) {
        system_rest(&looks);
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    }
}

static int64_t least_value(int64_t value)
{
    MPI_Request request;
    int64_t least;

    MPI_Iallreduce(&value, &least, 1, MPI_INT64_T, MPI_MIN, MPI_COMM_WORLD,
                   &request);
    wait_for(request);
    return least;
}

static void tell_all(int64_t from, void *bytes, size_t size)
{
    unsigned char *at = bytes;

    for (size_t left = size; left > 0;) {
        const size_t now = left < MOST ? left : MOST;
        MPI_Request request;
        MPI_Ibcast(at, (int)now, MPI_BYTE, (int)from, MPI_COMM_WORLD, &request);
        wait_for(request);
        at += now;
        left -= now;
    }
}

struct exchange exchange_begin(int *argc, char ***argv)
{
    static const struct wire mpi = {
        .send = send_message,
        .receive = receive_message,
        .done = is_done,
        .poke = poke,
        .least = least_value,
        .tell = tell_all,
    };
    int level, number, processes;

    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
    assert(level >= MPI_THREAD_FUNNELED);
    MPI_Comm_rank(MPI_COMM_WORLD, &number);
    MPI_Comm_size(MPI_COMM_WORLD, &processes);
    struct exchange x = processes == 1
                            ? exchange_local(NULL)
                            : exchange_over(&relay, &mpi, number, processes);
    /* A process that nobody launched has no such variable; Open MPI gives the
     * others a terminal of its own. */
    x.is_launched = processes > 1 || getenv("OMPI_COMM_WORLD_SIZE");
    return x;
}

void exchange_end(void)
{
    relay_close(&relay);
    MPI_Finalize();
}
