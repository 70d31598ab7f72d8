/*-------------------------------------------------------------------------
 *
 * sigv4_read.c
 *	  Reads what a request says about its signature, in its Authorization
 *	  header or in its query string, and answers what is wrong with it in the
 *	  service's words.
 *
 *-------------------------------------------------------------------------
 */
#include "http/sigv4.h"

#include <string.h>
#include <time.h>

#define ALGORITHM	"AWS4-HMAC-SHA256"
#define TERMINATOR	"aws4_request"

static DynAuthError read_header(const DynHttpHead *head, DynSlice authorization, DynSignature *signature,
								DynAuthFailure *failure, DynSlice *credential, DynSlice *time);
static DynAuthError read_query(const DynHttpHead *head, DynSignature *signature, DynAuthFailure *failure,
							   DynSlice *credential, DynSlice *time, int *lifetime);
static DynAuthError read_credential(DynSlice credential, const char *service, DynSignature *signature,
									DynAuthFailure *failure);
static DynAuthError read_time(DynSlice text, int64_t now, int lifetime, DynSignature *signature, DynAuthFailure *failure);
static DynAuthError check_signed_headers(const DynHttpHead *head, const DynSignature *signature, DynAuthFailure *failure);

/* ---- messages ---- */

static void
say_slice(DynAuthFailure *failure, DynSlice text)
{
	size_t		used = strlen(failure->message);

	for (size_t i = 0; i < text.length && used < sizeof(failure->message) - 1; i++)
	{
		unsigned char byte = text.at[i];

		failure->message[used++] = byte >= ' ' && byte < 0x7F ? byte : '?';
	}
	failure->message[used] = '\0';
}

static void
say(DynAuthFailure *failure, const char *text)
{
	say_slice(failure, (DynSlice) {text, strlen(text)});
}

/* Say a text, a quoted part of the request, and the rest of the text. */
static DynAuthError
fail_with(DynAuthFailure *failure, DynAuthError error, const char *before, DynSlice part, const char *after)
{
	dyn_auth_fail(failure, error, before);
	say_slice(failure, part);
	say(failure, after);
	return error;
}

DynAuthError
dyn_auth_fail(DynAuthFailure *failure, DynAuthError error, const char *message)
{
	failure->error = error;
	failure->message[0] = '\0';
	say(failure, message);
	return error;
}

/* ---- reading ---- */

static DynSlice
slice(const char *begin, const char *end)
{
	return (DynSlice) {begin, end - begin};
}

static bool
begins_with(DynSlice text, const char *prefix)
{
	return text.length >= strlen(prefix) && memcmp(text.at, prefix, strlen(prefix)) == 0;
}

/* Find a parameter by its name as it is written; its value is as it is written, too. */
static bool
find_parameter(DynSlice query, const char *name, DynSlice *value)
{
	const char *end = query.at + query.length;
	size_t		length = strlen(name);

	for (const char *begin = query.at; begin != NULL && begin < end;)
	{
		const char *next = memchr(begin, '&', end - begin);
		const char *stop = next != NULL ? next : end;

		if ((size_t) (stop - begin) >= length && memcmp(begin, name, length) == 0 &&
			(begin + length == stop || begin[length] == '='))
		{
			*value = slice(begin + length + (begin + length < stop), stop);
			return true;
		}
		begin = next != NULL ? next + 1 : end;
	}
	return false;
}

DynAuthError
dyn_sigv4_read(const DynHttpHead *head, const char *service, int64_t now,
			   DynSignature *signature, DynAuthFailure *failure)
{
	DynSlice	authorization;
	DynSlice	credential;
	DynSlice	time;
	DynSlice	unused;
	int			headers = dyn_http_field_find(head, "authorization", &authorization);
	int			lifetime = DYN_SIGV4_MAX_SKEW;
	DynAuthError error;

	failure->error = DYN_AUTH_OK;
	signature->n_decoded = 0;
	signature->security_token = (DynSlice) {NULL, 0};
	signature->in_query = find_parameter(head->query, "X-Amz-Algorithm", &unused);

	if (headers > 0 && signature->in_query)
		return dyn_auth_fail(failure, DYN_AUTH_INVALID,
							 "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
	if (!signature->in_query && (headers == 0 || !begins_with(authorization, "AWS4-")))
		return dyn_auth_fail(failure, DYN_AUTH_MISSING_TOKEN, "Request is missing Authentication Token");
	if (headers > 1)
		return dyn_auth_fail(failure, DYN_AUTH_INCOMPLETE, "Authorization header must be given once.");

	if (signature->in_query)
		error = read_query(head, signature, failure, &credential, &time, &lifetime);
	else
		error = read_header(head, authorization, signature, failure, &credential, &time);
	if (error == DYN_AUTH_OK)
		error = read_credential(credential, service, signature, failure);
	if (error == DYN_AUTH_OK)
		error = read_time(time, now, lifetime, signature, failure);
	if (error == DYN_AUTH_OK)
		error = check_signed_headers(head, signature, failure);
	return error;
}

/* Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=... */
static DynAuthError
read_header(const DynHttpHead *head, DynSlice authorization, DynSignature *signature,
			DynAuthFailure *failure, DynSlice *credential, DynSlice *time)
{
	static const char *const names[] = {"Credential", "Signature", "SignedHeaders"};
	DynSlice   *const values[] = {credential, &signature->signature, &signature->signed_headers};
	const char *end = authorization.at + authorization.length;
	const char *at = authorization.at;
	DynSlice	algorithm;
	int			dates;
	int			tokens;

	for (int i = 0; i < 3; i++)
		*values[i] = (DynSlice) {NULL, 0};
	for (; at < end && *at != ' ' && *at != ','; at++)
		;
	algorithm = slice(authorization.at, at);

	while (at < end)
	{
		const char *begin;
		const char *equals;

		for (; at < end && (*at == ' ' || *at == ','); at++)
			;
		for (begin = at; at < end && *at != ' ' && *at != ','; at++)
			;
		if (at == begin)
			break;
		equals = memchr(begin, '=', at - begin);
		if (equals == NULL)
		{
			fail_with(failure, DYN_AUTH_INCOMPLETE, "'", slice(begin, at),
					  "' not a valid key=value pair (missing equal-sign) in Authorization header: '");
			say_slice(failure, authorization);
			say(failure, "'.");
			return failure->error;
		}
		for (int i = 0; i < 3; i++)
			if (dyn_slice_is(slice(begin, equals), names[i]))
			{
				if (values[i]->length > 0)
					return fail_with(failure, DYN_AUTH_INCOMPLETE, "Authorization header has several '",
									 slice(begin, equals), "' parameters.");
				*values[i] = slice(equals + 1, at);
			}
	}

	dates = dyn_http_field_find(head, "x-amz-date", time);
	if (dates == 0)
		dates = dyn_http_field_find(head, "date", time);
	tokens = dyn_http_field_find(head, "x-amz-security-token", &signature->security_token);
	if (dates > 1 || tokens > 1)
		return dyn_auth_fail(failure, DYN_AUTH_INCOMPLETE, "X-Amz-Date and X-Amz-Security-Token must be given once.");

	dyn_auth_fail(failure, DYN_AUTH_OK, "");
	for (int i = 0; i < 3; i++)
		if (values[i]->length == 0)
		{
			say(failure, "Authorization header requires '");
			say(failure, names[i]);
			say(failure, "' parameter. ");
		}
	if (dates == 0)
		say(failure, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
	if (failure->message[0] != '\0')
	{
		failure->error = DYN_AUTH_INCOMPLETE;
		say(failure, "Authorization=");
		say_slice(failure, authorization);
		return failure->error;
	}
	if (!dyn_slice_is(algorithm, ALGORITHM))
		return fail_with(failure, DYN_AUTH_INCOMPLETE, "Unsupported AWS 'algorithm': '", algorithm, "'.");
	return DYN_AUTH_OK;
}

static int
hex_digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return (byte | 0x20) - 'a' + 10;
}

/* Decode the value of a parameter.  The head's reader has seen that two digits follow each "%". */
static bool
decode(DynSignature *signature, DynSlice *value)
{
	char	   *to = signature->decoded + signature->n_decoded;
	size_t		length = 0;

	if (value->length > sizeof(signature->decoded) - signature->n_decoded)
		return false;
	for (size_t i = 0; i < value->length; i++)
	{
		if (value->at[i] == '%')
		{
			to[length++] = (char) (hex_digit(value->at[i + 1]) * 16 + hex_digit(value->at[i + 2]));
			i += 2;
		}
		else
			to[length++] = value->at[i];
	}
	signature->n_decoded += length;
	*value = (DynSlice) {to, length};
	return true;
}

/* How many seconds a signature in the query string is good for: X-Amz-Expires, but not longer than others are. */
static int
read_lifetime(DynSlice query)
{
	DynSlice	text;
	int			seconds = 0;

	if (!find_parameter(query, "X-Amz-Expires", &text) || text.length == 0)
		return DYN_SIGV4_MAX_SKEW;
	for (size_t i = 0; i < text.length; i++)
	{
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		seconds = seconds * 10 + (text.at[i] - '0');
		if (seconds > DYN_SIGV4_MAX_SKEW)
			return DYN_SIGV4_MAX_SKEW;
	}
	return seconds;
}

/* X-Amz-Algorithm=...&X-Amz-Credential=...&X-Amz-Date=...&X-Amz-SignedHeaders=...&X-Amz-Signature=... */
static DynAuthError
read_query(const DynHttpHead *head, DynSignature *signature, DynAuthFailure *failure,
		   DynSlice *credential, DynSlice *time, int *lifetime)
{
	static const char *const names[] = {
		"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"
	};
	DynSlice	algorithm;
	DynSlice   *const values[] = {&algorithm, credential, &signature->signature, &signature->signed_headers, time};
	bool		fits = true;

	dyn_auth_fail(failure, DYN_AUTH_OK, "");
	for (int i = 0; i < 5; i++)
	{
		*values[i] = (DynSlice) {NULL, 0};
		if (!find_parameter(head->query, names[i], values[i]) || values[i]->length == 0)
		{
			say(failure, "AWS query-string parameters must include '");
			say(failure, names[i]);
			say(failure, "'. ");
		}
		else
			fits = decode(signature, values[i]) && fits;
	}
	if (failure->message[0] != '\0')
	{
		failure->error = DYN_AUTH_INCOMPLETE;
		say(failure, "Re-examine the query-string parameters.");
		return failure->error;
	}
	if (find_parameter(head->query, "X-Amz-Security-Token", &signature->security_token))
		fits = decode(signature, &signature->security_token) && fits;
	if (!fits)
		return dyn_auth_fail(failure, DYN_AUTH_INCOMPLETE, "AWS query-string parameters are too long.");
	if (!dyn_slice_is(algorithm, ALGORITHM))
		return fail_with(failure, DYN_AUTH_INCOMPLETE, "Unsupported AWS 'algorithm': '", algorithm, "'.");
	*lifetime = read_lifetime(head->query);
	return DYN_AUTH_OK;
}

/* access key / date / region / service / aws4_request */
static DynAuthError
read_credential(DynSlice credential, const char *service, DynSignature *signature, DynAuthFailure *failure)
{
	DynSlice	parts[5];
	int			n_parts = 0;
	const char *end = credential.at + credential.length;

	for (const char *begin = credential.at; begin <= end; n_parts++)
	{
		const char *slash = memchr(begin, '/', end - begin);
		const char *stop = slash != NULL ? slash : end;

		if (n_parts < 5)
			parts[n_parts] = slice(begin, stop);
		begin = stop + 1;
	}
	if (n_parts != 5)
		return fail_with(failure, DYN_AUTH_INCOMPLETE,
						 "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '",
						 credential, "'");
	signature->access_key = parts[0];
	signature->date = parts[1];
	signature->region = parts[2];
	signature->scope = slice(parts[1].at, end);
	if (!dyn_slice_is(parts[4], TERMINATOR))
		return fail_with(failure, DYN_AUTH_INVALID,
						 "Credential should be scoped with a valid terminator: '" TERMINATOR "', not '", parts[4], "'. ");
	if (!dyn_slice_is(parts[3], service))
		return fail_with(failure, DYN_AUTH_INVALID, "Credential should be scoped to correct service: '",
						 (DynSlice) {service, strlen(service)}, "'. ");
	return DYN_AUTH_OK;
}

/* ---- time ---- */

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t
days_since_1970(int year, int month, int day)
{
	/* Years that begin in March end with the leap day. */
	int64_t		y = month <= 2 ? year - 1 : year;
	int64_t		era = y / 400;
	int64_t		year_of_era = y - era * 400;
	int64_t		day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

/* Read n digits; -1 where they are none. */
static int
digits(const char *at, int n)
{
	int			number = 0;

	for (int i = 0; i < n; i++)
	{
		if (at[i] < '0' || at[i] > '9')
			return -1;
		number = number * 10 + (at[i] - '0');
	}
	return number;
}

static bool
to_seconds(int year, int month, int day, int hour, int minute, int second, int64_t *seconds)
{
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	*seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
	return true;
}

/* 20150830T123600Z */
static bool
read_basic_format(DynSlice text, int64_t *seconds)
{
	const char *at = text.at;

	return text.length == DYN_SIGV4_TIME_LENGTH && at[8] == 'T' && at[15] == 'Z' &&
		to_seconds(digits(at, 4), digits(at + 4, 2), digits(at + 6, 2),
				   digits(at + 9, 2), digits(at + 11, 2), digits(at + 13, 2), seconds);
}

/* Sun, 30 Aug 2015 12:36:00 GMT, as the Date header has it (RFC 9110, 5.6.7) */
static bool
read_http_date(DynSlice text, int64_t *seconds)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = text.at;

	if (text.length != 29 || memcmp(at + 3, ", ", 2) != 0 || at[7] != ' ' || at[11] != ' ' || at[16] != ' ' ||
		at[19] != ':' || at[22] != ':' || memcmp(at + 25, " GMT", 4) != 0)
		return false;
	for (int month = 0; month < 12; month++)
		if (memcmp(at + 8, months + 3 * month, 3) == 0)
			return to_seconds(digits(at + 12, 4), month + 1, digits(at + 5, 2),
							  digits(at + 17, 2), digits(at + 20, 2), digits(at + 23, 2), seconds);
	return false;
}

/* Write a time in the basic format. */
static void
write_time(int64_t seconds, char text[DYN_SIGV4_TIME_LENGTH + 1])
{
	time_t		when = (time_t) seconds;
	struct tm	parts;

	if (gmtime_r(&when, &parts) == NULL || strftime(text, DYN_SIGV4_TIME_LENGTH + 1, "%Y%m%dT%H%M%SZ", &parts) == 0)
		text[0] = '\0';
}

/* "(time - 15 min.)": the limit and how it comes about. */
static DynAuthError
fail_time(DynAuthFailure *failure, const char *what, const char *time, const char *how, int64_t limit, int64_t now,
		  const char *sign, int seconds)
{
	char		text[DYN_SIGV4_TIME_LENGTH + 1];
	char		amount[12];
	int			number = seconds % 60 == 0 ? seconds / 60 : seconds;
	int			at = sizeof(amount) - 1;

	dyn_auth_fail(failure, DYN_AUTH_INVALID, what);
	say(failure, time);
	say(failure, how);
	write_time(limit, text);
	say(failure, text);
	say(failure, " (");
	write_time(now, text);
	say(failure, text);
	say(failure, sign);
	amount[at] = '\0';
	do
		amount[--at] = '0' + number % 10;
	while ((number /= 10) > 0);
	say(failure, amount + at);
	say(failure, seconds % 60 == 0 ? " min.)" : " sec.)");
	return failure->error;
}

/* Read the time of a signature: it is not long ago, nor to come, and on the day of the scope. */
static DynAuthError
read_time(DynSlice text, int64_t now, int lifetime, DynSignature *signature, DynAuthFailure *failure)
{
	int64_t		seconds;

	if (!read_basic_format(text, &seconds) && (signature->in_query || !read_http_date(text, &seconds)))
		return fail_with(failure, DYN_AUTH_INCOMPLETE, "Date must be in ISO-8601 'basic format'. Got '", text,
						 "'. See http://en.wikipedia.org/wiki/ISO_8601.");
	write_time(seconds, signature->time);

	if (signature->date.length != 8 || memcmp(signature->date.at, signature->time, 8) != 0)
	{
		fail_with(failure, DYN_AUTH_INVALID,
				  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '",
				  signature->date, "' != '");
		say_slice(failure, (DynSlice) {signature->time, 8});
		say(failure, "', from '");
		say(failure, signature->time);
		say(failure, "'.");
		return failure->error;
	}
	if (seconds < now - lifetime)
		return fail_time(failure, "Signature expired: ", signature->time, " is now earlier than ",
						 now - lifetime, now, " - ", lifetime);
	if (seconds > now + DYN_SIGV4_MAX_SKEW)
		return fail_time(failure, "Signature not yet current: ", signature->time, " is still later than ",
						 now + DYN_SIGV4_MAX_SKEW, now, " + ", DYN_SIGV4_MAX_SKEW);
	return DYN_AUTH_OK;
}

/* ---- what must be signed ---- */

/* Does the list of signed headers, "a;b;c", have a name? */
static bool
is_signed(DynSlice signed_headers, const char *name)
{
	const char *end = signed_headers.at + signed_headers.length;

	for (const char *begin = signed_headers.at; begin < end;)
	{
		const char *semicolon = memchr(begin, ';', end - begin);
		const char *stop = semicolon != NULL ? semicolon : end;

		if (dyn_slice_is(slice(begin, stop), name))
			return true;
		begin = stop + 1;
	}
	return false;
}

/* What says where a request goes, what it does, when and as whom must be signed. */
static DynAuthError
check_signed_headers(const DynHttpHead *head, const DynSignature *signature, DynAuthFailure *failure)
{
	static const char *const names[] = {"x-amz-date", "x-amz-target", "x-amz-security-token"};
	DynSlice	value;

	if (!is_signed(signature->signed_headers, "host"))
		return dyn_auth_fail(failure, DYN_AUTH_INVALID,
							 "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	for (int i = 0; i < 3; i++)
		if (dyn_http_field_find(head, names[i], &value) > 0 && !is_signed(signature->signed_headers, names[i]))
			return fail_with(failure, DYN_AUTH_INVALID, "'", (DynSlice) {names[i], strlen(names[i])},
							 "' must be a 'SignedHeader' in the AWS Authorization.");
	if (!signature->in_query && dyn_http_field_find(head, "x-amz-date", &value) == 0 &&
		!is_signed(signature->signed_headers, "date"))
		return dyn_auth_fail(failure, DYN_AUTH_INVALID, "'date' must be a 'SignedHeader' in the AWS Authorization.");
	return DYN_AUTH_OK;
}
