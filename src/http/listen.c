/*-------------------------------------------------------------------------
 *
 * listen.c
 *	  The sockets that a worker of the endpoint listens to.
 *
 * SO_REUSEPORT lets any process of the same user join a port, another server
 * by mistake, too.  So the first worker binds a socket without it, for a
 * moment, which fails where anybody listens.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/ip.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/varlena.h"

#include "http/listen.h"

#define BACKLOG		1024

/* Descriptors that a process has anyway. */
#define OTHER_DESCRIPTORS	64

/* Where it was full: the answer of connections that are sent away. */
static const char full[] =
	"HTTP/1.1 503 Service Unavailable\r\n"
	"Connection: close\r\n"
	"Retry-After: 1\r\n"
	"Content-Length: 0\r\n\r\n";

static void listen_to_host(const char *host, int port, bool first, DynListeners *listeners);
static int	listen_to(const struct addrinfo *address, bool first, const char **failed);
static bool is_loopback(const struct sockaddr *address);

void
dyn_listen(const char *addresses, int port, bool first, DynListeners *listeners)
{
	char	   *list = pstrdup(addresses);
	List	   *hosts;
	ListCell   *cell;

	listeners->count = 0;
	listeners->loopback_only = true;
	if (!SplitGUCList(list, ',', &hosts) || hosts == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid list of addresses in \"%s\"", "dynamo.http_listen_addresses"),
				 errhint("Separate host names or addresses by commas; * is all.")));
	PG_TRY();
	{
		foreach(cell, hosts)
			listen_to_host(lfirst(cell), port, first, listeners);
	}
	PG_CATCH();
	{
		dyn_listeners_close(listeners);
		PG_RE_THROW();
	}
	PG_END_TRY();
}

void
dyn_listeners_close(DynListeners *listeners)
{
	for (int i = 0; i < listeners->count; i++)
	{
		close(listeners->fds[i]);
		ReleaseExternalFD();
	}
	listeners->count = 0;
}

/* Listen to all addresses of a host, but those that this machine does not have. */
static void
listen_to_host(const char *host, int port, bool first, DynListeners *listeners)
{
	struct addrinfo hint = {.ai_family = AF_UNSPEC, .ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char		service[16];
	int			result;
	int			before = listeners->count;
	const char *failed = "find";
	int			failure = 0;

	snprintf(service, sizeof(service), "%d", port);
	result = pg_getaddrinfo_all(strcmp(host, "*") == 0 ? NULL : host, service, &hint, &found);
	if (result != 0 || found == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONNECTION_FAILURE),
				 errmsg("could not translate host name \"%s\" to address: %s", host, gai_strerror(result)),
				 errhint("See \"%s\".", "dynamo.http_listen_addresses")));

	for (struct addrinfo *address = found; address != NULL; address = address->ai_next)
	{
		int			fd;

		if ((address->ai_family != AF_INET && address->ai_family != AF_INET6) || listeners->count == DYN_MAX_LISTENERS)
			continue;
		fd = listen_to(address, first, &failed);
		if (fd < 0)
		{
			/* A machine without IPv6 has names for it nevertheless. */
			failure = errno;
			if (failure == EAFNOSUPPORT || failure == EADDRNOTAVAIL)
				continue;
			break;
		}
		listeners->fds[listeners->count++] = fd;
		listeners->loopback_only &= is_loopback(address->ai_addr);
		failure = 0;
	}
	pg_freeaddrinfo_all(hint.ai_family, found);

	if (listeners->count == before || (failure != 0 && failure != EAFNOSUPPORT && failure != EADDRNOTAVAIL))
	{
		errno = failure;
		ereport(ERROR,
				(errcode_for_socket_access(),
				 errmsg("could not %s a socket for the endpoint on \"%s\", port %d: %m", failed, host, port),
				 failure == EADDRINUSE ?
				 errhint("Is another server running on port %d? If not, wait a few seconds and retry.", port) :
				 errhint("See \"%s\" and \"%s\".", "dynamo.http_listen_addresses", "dynamo.http_port")));
	}
}

/* Returns a socket, or -1 with errno and the name of what has failed. */
static int
listen_to(const struct addrinfo *address, bool first, const char **failed)
{
	/* The first round binds without sharing, only to see whether that is possible. */
	for (int round = first ? 0 : 1; round < 2; round++)
	{
		int			on = 1;
		int			saved;
		int			fd;

		*failed = "create";
		if (!AcquireExternalFD())
			return -1;
		fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd >= 0)
		{
			*failed = "set up";
			if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
				(round == 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0) &&
				(address->ai_family != AF_INET6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0))
			{
				*failed = "bind";
				if (bind(fd, address->ai_addr, address->ai_addrlen) == 0)
				{
					*failed = "listen to";
					if (round == 1 && listen(fd, BACKLOG) == 0)
						return fd;
					if (round == 0)
						errno = 0;
				}
			}
		}
		saved = errno;
		if (fd >= 0)
			close(fd);
		ReleaseExternalFD();
		errno = saved;
		if (errno != 0)
			return -1;
	}
	return -1;					/* not reached */
}

static bool
is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *) address)->sin_addr.s_addr) >> 24) == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *) address)->sin6_addr);
}

int
dyn_accept(int listener)
{
	bool		reserved = AcquireExternalFD();
	int			on = 1;
	int			fd;

	do
		fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	while (fd < 0 && errno == EINTR);

	if (fd < 0 || !reserved)
	{
		if (reserved)
			ReleaseExternalFD();
		if (fd < 0)
			return -1;
		(void) send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		close(fd);
		return -2;
	}
	(void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

void
dyn_raise_descriptors(void)
{
	struct rlimit limit;
	rlim_t		wanted = (rlim_t) max_files_per_process + OTHER_DESCRIPTORS;
	rlim_t		had;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	had = limit.rlim_cur;
	limit.rlim_cur = Min(wanted, limit.rlim_max);
	if (limit.rlim_cur > had && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		max_safe_fds += (int) (limit.rlim_cur - had);
}
