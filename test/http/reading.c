/*
 * Reads a connection's bytes as the endpoint does, and writes down what came
 * of it.  Bodies are kept only as their length and a sum, which is written
 * down, too, where it is not the sum of the bytes that were read.
 */
#include "reading.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/body.h"

#define ROOM 65536

static char texts[2][ROOM];
static int	current = 0;

static void
write_down(const char *what, size_t length)
{
	size_t		used = strlen(texts[current]);

	if (used + length + 1 > ROOM)
		length = ROOM - 1 - used;
	memcpy(texts[current] + used, what, length);
	texts[current][used + length] = '\0';
}

static void
write_request(const DynHttpHead *head, size_t body)
{
	char		rest[64];

	write_down(head->method.at, head->method.length);
	write_down(" ", 1);
	write_down(head->path.at, head->path.length);
	if (head->query.at != NULL)
	{
		write_down("?", 1);
		write_down(head->query.at, head->query.length);
	}
	snprintf(rest, sizeof(rest), " %zu%s%s", body, head->expects_continue ? " continue" : "",
			 head->keep_alive ? ", " : " close");
	write_down(rest, strlen(rest));
}

/* Every slice of a head lies in the bytes that were read. */
static void
check_slices(const DynHttpHead *head, const char *bytes, size_t size)
{
	const char *end = bytes + size;

	assert(head->n_fields >= 0 && head->n_fields <= DYN_HTTP_MAX_FIELDS);
	assert(head->method.at >= bytes && head->method.at + head->method.length < end);
	assert(head->path.at >= bytes && head->path.at + head->path.length < end);
	assert(head->query.at == NULL || (head->query.at >= bytes && head->query.at + head->query.length < end));
	for (int i = 0; i < head->n_fields; i++)
	{
		const DynHttpField *field = &head->fields[i];

		assert(field->name.length > 0 && field->name.at >= bytes);
		assert(field->value.at > field->name.at && field->value.at + field->value.length <= end - 2);
	}
	assert(!(head->chunked && head->content_length > 0));
}

const char *
reading(const char *bytes, size_t length, Arrival arrival, void *state)
{
	static DynHttpHead head;
	DynHttpHeadReader reader = {0};
	DynHttpBody body;
	bool		in_body = false;
	size_t		begin = 0;		/* of this request, or of what is not read of its body */
	size_t		arrived = 0;
	size_t		content = 0;
	char		status[16];

	current = 1 - current;
	texts[current][0] = '\0';

	for (;;)
	{
		DynHttpResult result;

		if (!in_body)
		{
			size_t		size;

			result = dyn_http_head_read(&reader, bytes + begin, arrived - begin, &head, &size);
			if (result == DYN_HTTP_DONE)
			{
				assert(size > 0 && size <= arrived - begin);
				check_slices(&head, bytes + begin, size);
				begin += size;
				content = 0;
				in_body = true;
				result = dyn_http_body_begin(&body, &head, BODY_LIMIT);
			}
		}
		else
		{
			size_t		used;
			DynSlice	data;

			result = dyn_http_body_read(&body, bytes + begin, arrived - begin, &used, &data);
			assert(used <= arrived - begin && data.length <= used);
			assert(data.length == 0 || (data.at >= bytes + begin && data.at + data.length <= bytes + begin + used));
			assert(used > 0 || arrived == begin);
			begin += used;
			content += data.length;
			assert(content <= dyn_http_body_announced(&body) && dyn_http_body_announced(&body) <= BODY_LIMIT);
		}

		if (result == DYN_HTTP_DONE)
		{
			write_request(&head, content);
			if (!head.keep_alive)
				return texts[current];
			in_body = false;
			memset(&reader, 0, sizeof(reader));
			if (begin < arrived)
				continue;
		}
		else if (result != DYN_HTTP_MORE)
		{
			snprintf(status, sizeof(status), "%d", result);
			write_down(status, strlen(status));
			return texts[current];
		}
		else if (in_body && begin < arrived)
			continue;

		if (arrived == length)
		{
			if (!in_body && begin == length)
				write_down("end", 3);
			else
				write_down("more", 4);
			return texts[current];
		}
		arrived += arrival(length - arrived, state);
	}
}
