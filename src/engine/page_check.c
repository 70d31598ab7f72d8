/*-------------------------------------------------------------------------
 *
 * page_check.c
 *	  What a Query or a Scan may ask of a table or an index.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/error.h"
#include "engine/page.h"
#include "expr/bind.h"

static bool is_of_schema(const DynKeySchema *schema, const DynPathStep *step);
static char *list_unprojected(const DynPage *page, const DynBinding *expression);

void
dyn_page_check_select(const DynPage *page)
{
	if (page->index == NULL || page->index->kind != DYN_INDEX_GLOBAL ||
		page->request->select != DYN_SELECT_ALL_ATTRIBUTES || page->index->projection == DYN_PROJECT_ALL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL",
					page->index->name),
			 errhint("Select ALL_PROJECTED_ATTRIBUTES, or get the items by their keys.")));
}

void
dyn_page_check_filter_keys(const DynPage *page)
{
	const DynBinding *filter = page->request->filter;

	if (filter == NULL)
		return;
	for (int i = 0; i < dyn_key_schema_count(page->key_schema); i++)
	{
		const DynKeyAttribute *attribute = &page->key_schema->attributes[i];

		for (int path = 0; path < filter->expression->npaths; path++)
		{
			const DynPathStep *step = dyn_bound_steps(filter, filter->expression->paths[path]);

			if (step->name_length != attribute->name_length ||
				memcmp(step->name, attribute->name, step->name_length) != 0)
				continue;
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("%s can only contain non-primary key attributes: Primary key attribute: %s",
							filter->expression->legacy ? "QueryFilter" : "Filter Expression", attribute->name),
					 errhint("Conditions on the key belong into KeyConditionExpression.")));
		}
	}
}

void
dyn_page_check_projected(DynPage *page, bool keyed)
{
	const DynIndex *index = page->index;
	char	   *unprojected;

	if (index == NULL || index->projection == DYN_PROJECT_ALL)
		return;

	unprojected = list_unprojected(page, page->request->projection);
	if (unprojected != NULL && index->kind == DYN_INDEX_GLOBAL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values were invalid: Global secondary index %s does not project [%s]",
						index->name, unprojected),
				 errhint("Get the items by their keys, or use an index that projects the attributes.")));
	page->reaches_back = unprojected != NULL || page->request->select == DYN_SELECT_ALL_ATTRIBUTES;

	unprojected = keyed ? list_unprojected(page, page->request->filter) : NULL;
	if (unprojected != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values were invalid: Secondary index %s does not project one or more filter attributes: [%s]",
						index->name, unprojected),
				 errhint("A filter sees what the index projects.")));
}

/* The names of the attributes that an expression needs and the index does not have, once each; or NULL. */
static char *
list_unprojected(const DynPage *page, const DynBinding *expression)
{
	StringInfoData list = {0};

	for (int i = 0; expression != NULL && i < expression->expression->npaths; i++)
	{
		const DynPathStep *step = dyn_bound_steps(expression, expression->expression->paths[i]);
		bool		told = false;

		if (dyn_page_projects(page, step))
			continue;
		for (int before = 0; before < i && !told; before++)
		{
			const DynPathStep *other = dyn_bound_steps(expression, expression->expression->paths[before]);

			told = other->name_length == step->name_length && memcmp(other->name, step->name, step->name_length) == 0;
		}
		if (told)
			continue;
		if (list.data == NULL)
			initStringInfo(&list);
		else
			appendStringInfoString(&list, ", ");
		appendBinaryStringInfo(&list, step->name, step->name_length);
	}
	return list.data;
}

bool
dyn_page_projects(const DynPage *page, const DynPathStep *step)
{
	const DynIndex *index = page->index;

	if (index == NULL || index->projection == DYN_PROJECT_ALL)
		return true;
	if (is_of_schema(&page->relation.table->key_schema, step) || is_of_schema(&index->key_schema, step))
		return true;
	if (index->projection != DYN_PROJECT_INCLUDE)
		return false;
	for (int i = 0; i < index->n_non_key_attributes; i++)
		if (strlen(index->non_key_attributes[i]) == step->name_length &&
			memcmp(index->non_key_attributes[i], step->name, step->name_length) == 0)
			return true;
	return false;
}

static bool
is_of_schema(const DynKeySchema *schema, const DynPathStep *step)
{
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		if (schema->attributes[i].name_length == step->name_length &&
			memcmp(schema->attributes[i].name, step->name, step->name_length) == 0)
			return true;
	return false;
}
