/* One ring with its wake-up and its close, for spin.
 *
 * An asker (an application's thread, which holds its own run token) submits, cancels, waits, sleeps, reaps and closes at any
 * point. A server (a task) is run by the reactor or inline by the waiting asker; it answers at once, a turn later, or only
 * when it is asked to cancel, and may close at any turn.
 *
 * Stores that the Java code does not order are modelled as buffered: the value is in ...Sent, and comes to memory (...Seen)
 * when the process Memory says so, at a fence of the storing thread, or with a compare-and-set of it that succeeds. Before
 * that, entries are put (...Put), and published together: the asker's when it hands over, at the latest before it waits; the
 * server's when it has handed over what it received, or earlier.
 *
 * Names as in ferrite.runtime.ring (Ring, ConsumerEnd, ProducerEnd) and ferrite.runtime.schedule (Task, Scheduler).
 *
 * Mutations, each of which has to make the model fail:
 *   NO_FENCE_IN_WAKE   Scheduler.wake looks at the state without a fence
 *   NO_FENCE_IN_SLEEP  Scheduler.sleep looks again without a fence
 *   NO_LOOK_AGAIN      Scheduler.sleep parks without another look
 *   NO_AGAIN           a run that was woken meanwhile goes to IDLE
 *   NO_WAKE            the server answers without waking the asker
 *   NO_TELL            the server publishes the answers of a turn without waking the asker
 *   NO_FLUSH           the asker waits for what it has put and not published
 *   LATE_CONTROL       ConsumerEnd.reap reads PRODUCER_GONE after the queue
 *   BOTH_RELEASE       whoever closes second is not asked: both give the rest back
 *   NONE_RELEASES      neither does
 */
#ifndef REQUESTS
#define REQUESTS 3
#endif
#define RECORDS 2
#define PLACES  4 /* of the completion queue: 2 x RECORDS */
#define STAY    1 /* this request stays until it is cancelled */

mtype = { IDLE, QUEUED, RUNNING, AGAIN };

mtype server = IDLE;   /* Task.state of the server */
byte queued;           /* entries for it in the queues of the runners */
bool askerAgain;       /* Task.state of the asker: RUNNING_AGAIN */
bool sleeping;         /* Task.sleeper, as stored */
bool sleepingSeen;     /* ... as others see it */
bool permit;           /* of LockSupport */

byte sq[REQUESTS];
byte sqPut, sqSent, sqSeen, sqTaken;
byte cq[PLACES];
byte cqPut, cqSent, cqSeen, cqTaken;
bool holding;          /* answers are held back */
bool untold;           /* ... and there are some */

bool consumerGone, producerGone;
bool cancelsWaiting;
bool wanted[REQUESTS];

bool inFlight[REQUESTS]; /* the asker's records */
byte live;
byte ended[REQUESTS];
byte submitted;
bool held[REQUESTS];     /* the server's records */
byte unanswered;
bool askerDone;
bool finished;

/* ConsumerEnd.end */
inline endRecord(id) {
    d_step {
        assert(inFlight[id]);
        inFlight[id] = false;
        live--;
        ended[id]++;
        assert(ended[id] == 1)
    }
}

inline releaseAll(n) {
    n = 0;
    do
    :: n < REQUESTS && inFlight[n] -> endRecord(n); n++
    :: n < REQUESTS && !inFlight[n] -> n++
    :: n == REQUESTS -> break
    od;
    n = 0
}

/* Scheduler.wake(server), by the asker */
inline wakeServer() {
    if
    :: atomic { server == IDLE -> server = QUEUED; queued++; sqSeen = sqSent }
    :: else ->
#ifndef NO_FENCE_IN_WAKE
        sqSeen = sqSent;
#endif
        do
        :: atomic { server == IDLE -> server = QUEUED; queued++; sqSeen = sqSent; break }
        :: atomic { server == RUNNING -> server = AGAIN; sqSeen = sqSent; break }
        :: server == QUEUED || server == AGAIN -> break
        od
    fi
}

/* Scheduler.wake(asker), by whoever runs the server */
inline wakeAsker() {
#ifndef NO_WAKE
    if
    :: inlineRun -> askerAgain = true /* Task.isMine */
    :: else ->
        cqSeen = cqSent; /* the failed compare-and-set from IDLE, then the fence */
        askerAgain = true;
        if
        :: sleepingSeen -> permit = true
        :: else
        fi
    fi
#else
    skip
#endif
}

/* ProducerEnd.answer */
inline answer(id) {
    d_step {
        held[id] = false;
        unanswered--;
        if
        :: !consumerGone ->
            assert(cqPut - cqTaken < PLACES);
            cq[cqPut % PLACES] = id;
            cqPut++
        :: else
        fi
    };
    if
    :: holding -> untold = true
    :: else -> cqSent = cqPut; wakeAsker()
    fi
}

/* ServedScheme.Port.tell */
inline tell() {
    cqSent = cqPut;
    if
    :: untold ->
        untold = false;
#ifndef NO_TELL
        wakeAsker()
#endif
    :: else
    fi
}

/* ProducerEnd.finish */
inline finish() {
    atomic { before = consumerGone; already = producerGone; producerGone = true; cqSeen = cqSent };
    if
#ifdef BOTH_RELEASE
    :: !already -> releaseAll(k)
#endif
#ifndef NONE_RELEASES
    :: before && !already -> releaseAll(k)
#endif
    :: else
    fi;
    wakeAsker()
}

/* One turn of the server: ServedScheme.poll */
inline turn() {
    more = false;
    if
    :: producerGone
    :: else ->
        /* what was kept for a turn */
        k = 0;
        do
        :: k < REQUESTS && held[k] && k != STAY -> answer(k); k++
        :: k < REQUESTS && !(held[k] && k != STAY) -> k++
        :: k == REQUESTS -> break
        od;
        /* receive */
        holding = true;
        do
        :: untold -> tell() /* does not keep the asker waiting for too long */
        :: !consumerGone && sqTaken < sqSeen ->
            d_step { k = sq[sqTaken]; sqTaken++; unanswered++; held[k] = true };
            if
            :: wanted[k] -> answer(k) /* ProducerEnd.isAnswered */
            :: !wanted[k] && k != STAY -> answer(k)
            :: !wanted[k] && k != STAY -> more = true
            :: !wanted[k] && k == STAY
            fi
        :: !(!consumerGone && sqTaken < sqSeen) -> break
        od;
        holding = false;
        tell();
        /* forEachCancelled */
        if
        :: cancelsWaiting ->
            cancelsWaiting = false;
            k = 0;
            do
            :: k < REQUESTS && held[k] && wanted[k] -> answer(k); k++
            :: k < REQUESTS && !(held[k] && wanted[k]) -> k++
            :: k == REQUESTS -> break
            od
        :: else
        fi;
        if
        :: consumerGone && unanswered == 0 -> finish() /* drained */
        :: !consumerGone -> /* ProducerEnd.close, or not */
            if
            :: skip
            :: do
               :: sqTaken < sqSeen && !consumerGone ->
                    d_step { k = sq[sqTaken]; sqTaken++; unanswered++; held[k] = true }
               :: else -> break
               od;
               k = 0;
               do
               :: k < REQUESTS && held[k] -> answer(k); k++
               :: k < REQUESTS && !held[k] -> k++
               :: k == REQUESTS -> break
               od;
               finish()
            fi
        :: else
        fi
    fi
}

/* Scheduler.runOne */
inline runServer() {
    if
    :: atomic { server == QUEUED -> server = RUNNING };
        turn();
        if
        :: more -> atomic { server = QUEUED; queued++; cqSeen = cqSent }
        :: else ->
            if
            :: atomic { server == RUNNING -> server = IDLE; cqSeen = cqSent }
#ifdef NO_AGAIN
            :: else -> atomic { server = IDLE; cqSeen = cqSent }
#else
            :: else -> atomic { server = QUEUED; queued++; cqSeen = cqSent }
#endif
            fi
        fi
    :: else
    fi
}

active proctype Reactor() {
    byte k;
    bool more, before, already;
    bool inlineRun = false;
end:
    do
    :: atomic { queued > 0 -> queued-- }; runServer()
    od
}

/* When buffered stores come to memory. */
active proctype Memory() {
end:
    do
    :: atomic { sqSeen < sqSent -> sqSeen++ }
    :: atomic { cqSeen < cqSent -> cqSeen++ }
    :: atomic { sleepingSeen != sleeping -> sleepingSeen = sleeping }
    od
}

/* ConsumerEnd.reap */
inline reap() {
#ifndef LATE_CONTROL
    gone = producerGone;
#endif
    if
    :: cqSeen > cqTaken ->
        d_step { k = cq[cqTaken % PLACES]; cqTaken++ };
        endRecord(k);
        took = true
    :: else ->
#ifdef LATE_CONTROL
        gone = producerGone;
#endif
        took = false;
        if
        :: gone && live > 0 ->
            k = 0;
            do
            :: inFlight[k] -> break
            :: else -> k++
            od;
            endRecord(k); /* ENODEV */
            took = true
        :: else
        fi
    fi
}

/* Scheduler.runUntil */
inline await() {
    do
    :: askerAgain = false;
        if
        :: cqSeen > cqTaken || producerGone -> break
        :: else
        fi;
        if
        :: atomic { queued > 0 -> queued--; sqSeen = sqSent }; runServer()
        :: queued == 0 ->
            sleeping = true;
#ifndef NO_FENCE_IN_SLEEP
            sleepingSeen = true;
#endif
#ifndef NO_LOOK_AGAIN
            if
            :: askerAgain
            :: else ->
                if
                :: cqSeen > cqTaken || producerGone
                :: else -> atomic { permit -> permit = false }
                fi
            fi;
#else
            atomic { permit -> permit = false };
#endif
            sleeping = false
        fi
    od
}

/* ConsumerRing.flush */
inline flush() {
    if
    :: sqSent < sqPut -> sqSent = sqPut; wakeServer()
    :: else
    fi
}

active proctype Asker() {
    byte k;
    bool more, before, already, gone, took;
    bool inlineRun = true;
    bool cancelled = false;

    do
    :: submitted < REQUESTS && live < RECORDS && !producerGone ->
        d_step {
            sq[sqPut] = submitted;
            inFlight[submitted] = true;
            live++;
            sqPut++;
            submitted++
        }
    :: sqSent < sqPut -> flush()
    :: inFlight[STAY] && !cancelled ->
        wanted[STAY] = true;
        cancelsWaiting = true;
        cancelled = true;
        wakeServer()
    :: live > ((inFlight[STAY] && !cancelled) -> 1 : 0) ->
#ifndef NO_FLUSH
        flush();
#endif
        await();
        reap()
    :: true -> break /* closes, whatever is in flight */
    :: live == 0 && (submitted == REQUESTS || producerGone) -> break
    od;

    /* ConsumerEnd.close */
    sqSent = sqPut;
    took = true;
    do
    :: took -> reap()
    :: else -> break
    od;
    k = 0;
    do
    :: k < REQUESTS -> wanted[k] = true; k++
    :: else -> break
    od;
    cancelsWaiting = true;
    atomic { before = producerGone; consumerGone = true; sqSeen = sqSent };
    if
#ifdef BOTH_RELEASE
    :: true -> releaseAll(k)
#endif
#ifndef NONE_RELEASES
    :: before -> releaseAll(k)
#endif
    :: else
    fi;
    wakeServer();
    askerDone = true
}

/* When all is quiet, each request has ended once. Not getting here is an invalid end state. */
active proctype Check() {
    byte k;
    askerDone && producerGone && queued == 0 && server == IDLE;
    do
    :: k < submitted -> assert(ended[k] == 1 && !inFlight[k]); k++
    :: else -> break
    od;
    finished = true
}

/* No wake-up is lost: whatever happens, everything ends (weak fairness). */
ltl everythingEnds { <> finished }
