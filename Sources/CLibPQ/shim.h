// libpq, and the two Linux wake-up calls that the Glibc module does not carry.
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
