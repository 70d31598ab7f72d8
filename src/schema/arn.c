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

#include "miscadmin.h"

#include "base/compat.h"
#include "base/error.h"
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

/* Does an ARN have the form of a table's, but of another account? */
static bool
is_of_other_account(const char *arn)
{
	const char *account = arn;

	/* arn:aws:dynamodb:REGION:ACCOUNT:table/NAME */
	for (int i = 0; i < 4; i++)
	{
		account = strchr(account, ':');
		if (account == NULL)
			return false;
		account++;
	}
	return strncmp(arn, "arn:aws:dynamodb:", 17) == 0 &&
		strspn(account, "0123456789") == 12 && account[12] == ':' &&
		strncmp(account, dyn_account_id, 12) != 0;
}

void
dyn_raise_not_our_arn(const char *arn, const char *operation)
{
	if (is_of_other_account(arn))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_ACCESS_DENIED),
				 errmsg("User: arn:aws:iam::%s:user/%s is not authorized to perform: dynamodb:%s on resource: %s",
						dyn_account_id, GetUserNameFromId(GetUserId(), false), operation, arn),
				 errhint("The account of this database is %s; see the setting dynamo.account_id.", dyn_account_id)));
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid TableArn: Invalid ResourceArn provided as input %s", arn),
			 errhint("The ARN of a table here looks like %s.", dyn_table_arn("NAME"))));
}
