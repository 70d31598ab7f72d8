/*-------------------------------------------------------------------------
 *
 * arn.c
 *	  ARNs of tables: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME.
 *
 * Region and account are those of the settings; an ARN with others is not of
 * this database.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/settings.h"
#include "schema/arn.h"

/* Step over "expected" at *text.  Returns false where it is something else. */
static bool
step(const char **text, const char *end, const char *expected)
{
	size_t		length = strlen(expected);

	if (end - *text < length || memcmp(*text, expected, length) != 0)
		return false;
	*text += length;
	return true;
}

bool
dyn_arn_table(const char *arn, size_t length, const char **name, size_t *name_length)
{
	const char *end = arn + length;

	if (!step(&arn, end, "arn:aws:dynamodb:") ||
		!step(&arn, end, dyn_region) || !step(&arn, end, ":") ||
		!step(&arn, end, dyn_account_id) || !step(&arn, end, ":table/") ||
		arn == end || memchr(arn, '/', end - arn) != NULL || memchr(arn, '\0', end - arn) != NULL)
		return false;
	*name = arn;
	*name_length = end - arn;
	return true;
}

char *
dyn_table_name_from_arn(const char *arn, size_t length)
{
	const char *name;
	size_t		name_length;

	return dyn_arn_table(arn, length, &name, &name_length) ? pnstrdup(name, name_length) : NULL;
}

char *
dyn_table_arn(const char *table_name)
{
	return psprintf("arn:aws:dynamodb:%s:%s:table/%s", dyn_region, dyn_account_id, table_name);
}
