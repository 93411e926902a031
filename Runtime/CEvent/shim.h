// The system's headers come first: libevent's own defines _GNU_SOURCE, and fd_set would then
// differ from the one that Swift's Glibc module has.
#include <sys/types.h>
#include <sys/time.h>
#include <sys/select.h>
#include <sys/eventfd.h>
#include <event2/event.h>
