/*-------------------------------------------------------------------------
 *
 * tags.c
 *	  TagResource, UntagResource, ListTagsOfResource.
 *
 * Who changes tags must own the table; everybody may list them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "base/error.h"
#include "engine/table_name.h"
#include "engine/table_operations.h"

static void check_tag_text(const char *text, const char *what);
static char *lock_tagged_table(const char *resource_arn, const char *operation);
pg_noreturn static void raise_not_found(const char *resource_arn, const char *operation);
static void check_tag_count(const char *table_name);

void
dyn_tag_resource(const char *resource_arn, int ntags, const DynTagRow *tags)
{
	char	   *name;

	PreventCommandIfReadOnly("TagResource");
	PreventCommandIfParallelMode("TagResource");

	(void) dyn_table_arn_resolve(resource_arn, "TagResource");
	if (ntags == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Atleast one Tag needs to be provided as Input."),
				 errhint("Give Tags, a list of {\"Key\": ..., \"Value\": ...}.")));
	dyn_check_tags(ntags, tags);

	name = lock_tagged_table(resource_arn, "TagResource");
	for (int i = 0; i < ntags; i++)
		dyn_catalog_set_tag(name, tags[i].key, tags[i].value);
	check_tag_count(name);
}

void
dyn_untag_resource(const char *resource_arn, int nkeys, const char *const *keys)
{
	char	   *name;

	PreventCommandIfReadOnly("UntagResource");
	PreventCommandIfParallelMode("UntagResource");

	(void) dyn_table_arn_resolve(resource_arn, "UntagResource");
	if (nkeys == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Atleast one Tag Key needs to be provided as Input."),
				 errhint("Give TagKeys, a list of strings.")));

	name = lock_tagged_table(resource_arn, "UntagResource");
	for (int i = 0; i < nkeys; i++)
	{
		CHECK_FOR_INTERRUPTS();
		dyn_catalog_remove_tag(name, keys[i]);
	}
}

/*
 * Raise for an ARN whose table is not there.  The typing error is the
 * service's, and so is that UntagResource says less.
 */
static void
raise_not_found(const char *resource_arn, const char *operation)
{
	bool		brief = strcmp(operation, "UntagResource") == 0;

	ereport(ERROR,
			(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
			 brief ?
			 errmsg("Requested resource not found") :
			 errmsg("Requested resource not found: ResourcArn: %s not found", resource_arn),
			 brief ? errdetail("There is no table of the ARN %s.", resource_arn) : 0,
			 errhint("See the tables with: SELECT * FROM dynamo.list_tables();")));
}

List *
dyn_list_tags_of_resource(const char *resource_arn)
{
	char	   *name = dyn_table_arn_resolve(resource_arn, "ListTagsOfResource");
	DynTableRow row;

	if (!dyn_catalog_find_table(name, &row))
		raise_not_found(resource_arn, "ListTagsOfResource");
	return dyn_catalog_tags(name);
}

void
dyn_check_tags(int ntags, const DynTagRow *tags)
{
	if (ntags > DYN_MAX_TAGS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values were invalid: A resource has at most %d tags", DYN_MAX_TAGS),
				 errdetail("The request has %d.", ntags),
				 errhint("Give fewer tags.")));
	for (int i = 0; i < ntags; i++)
	{
		check_tag_text(tags[i].key, "key");
		check_tag_text(tags[i].value, "value");
		if (pg_strncasecmp(tags[i].key, "aws:", 4) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("One or more parameter values were invalid: Tag keys that begin with aws: are reserved: %s", tags[i].key),
					 errhint("Choose another key.")));
		for (int j = 0; j < i; j++)
			if (strcmp(tags[i].key, tags[j].key) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("One or more parameter values were invalid: Duplicate tag key: %s", tags[i].key),
						 errhint("Give every key once.")));
	}
}

/*
 * Check the characters of a key or a value.  Which ones beyond ASCII are
 * letters is left open: all of them pass.
 */
static void
check_tag_text(const char *text, const char *what)
{
	for (const char *c = text; *c != '\0'; c++)
		if (!IS_HIGHBIT_SET(*c) &&
			strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 +-=._:/@", *c) == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("One or more parameter values were invalid: Invalid character in tag %s: %s", what, text),
					 errhint("Tags consist of letters, digits, spaces and + - = . _ : / @.")));
}

/* Find the table, keep others from changing it, and check that the caller may. */
static char *
lock_tagged_table(const char *resource_arn, const char *operation)
{
	char	   *name = dyn_table_arn_resolve(resource_arn, operation);
	DynTableRow row;

	dyn_catalog_lock_name(name);
	if (!dyn_catalog_find_table(name, &row))
		raise_not_found(resource_arn, operation);
	dyn_check_table_owner(row.relation);
	return name;
}

/* Check how many tags there are now. */
static void
check_tag_count(const char *table_name)
{
	int			ntags = list_length(dyn_catalog_tags(table_name));

	if (ntags > DYN_MAX_TAGS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values were invalid: A resource has at most %d tags", DYN_MAX_TAGS),
				 errdetail("With those of the request it would have %d.", ntags),
				 errhint("Remove tags that are not needed with UntagResource.")));
}
