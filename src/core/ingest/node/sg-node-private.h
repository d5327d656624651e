/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/node/sg-node-collectors.h"
#include "ingest/node/sg-node-options.h"
#include "metrics/sg-collection.h"
#include "metrics/sg-family.h"

#include <dirent.h>

G_BEGIN_DECLS

/**
 * SgNodeScrape:
 * @options: where to look and what to leave out
 * @out: where the samples go
 * @text: the file read last, with a NUL behind it; collectors cut it up in place
 * @length: how many bytes it has
 * @size: how many there is room for
 * @state: what this collector keeps from scrape to scrape, its own to make
 * @state_free: how that is freed
 *
 * What a collector works with. The buffer is used again by each read, so that no line costs an
 * allocation; numbers and names are looked at where they stand.
 */
typedef struct
{
  const SgNodeOptions *options;
  SgCollection *out;
  char *text;
  gsize length;
  gsize size;
  gpointer state;
  GDestroyNotify state_free;
} SgNodeScrape;

/*
 * Returns: whether it could tell what it is there to tell. A machine without the thing is a failure
 * without an error; a file that is there and cannot be read or understood is one with it.
 */
typedef gboolean (*SgNodeCollectFunc) (SgNodeScrape  *scrape,
                                       GError       **error);

#define SG_NODE_DECLARE(name, by_default, symbol) \
  gboolean sg_node_##symbol##_collect (SgNodeScrape *scrape, GError **error);
SG_NODE_COLLECTORS (SG_NODE_DECLARE)
#undef SG_NODE_DECLARE

/* A file larger than this is cut off there: none of those below /proc and /sys comes near. */
#define SG_NODE_FILE_MAX (4 * 1024 * 1024)

/* How a read ended: with a text, without a file, or with an error that was set. */
typedef enum
{
  SG_NODE_READ,
  SG_NODE_ABSENT,
  SG_NODE_FAILED,
} SgNodeFound;

SgNodeFound  sg_node_read           (SgNodeScrape   *scrape,
                                     const char     *root,
                                     const char     *path,
                                     GError        **error);
SgNodeFound  sg_node_read_proc      (SgNodeScrape   *scrape,
                                     const char     *path,
                                     GError        **error);
/* One small file with one value, without the line's end. Returns: %FALSE when there is none */
gboolean     sg_node_read_word      (int             folder_fd,
                                     const char     *path,
                                     char           *out,
                                     gsize           size);
gboolean     sg_node_read_number    (int             folder_fd,
                                     const char     *path,
                                     double         *ret_value);
/* Opens a folder below @root. Returns: -1 when it is not there */
int          sg_node_open_folder    (const char     *root,
                                     const char     *path);
/* Lists a folder, sorted, without dot files. Returns: (nullable): %NULL when it is not there */
GPtrArray   *sg_node_list_folder    (const char     *root,
                                     const char     *path);

/* The next line of the text, cut off with a NUL; %NULL at the end. @at begins as the text. */
char        *sg_node_next_line      (char          **at);
/* Cuts @line at its blanks. Returns: how many fields there are, @max at most */
guint        sg_node_split          (char           *line,
                                     char          **fields,
                                     guint           max);
gboolean     sg_node_parse_u64      (const char     *text,
                                     guint64        *ret_value);
gboolean     sg_node_parse_double   (const char     *text,
                                     double         *ret_value);
gboolean     sg_node_parse_hex      (const char     *text,
                                     guint64        *ret_value);
/* Sets @error: what is in @path, where, and is not a number. Returns: always %FALSE */
gboolean     sg_node_complain       (GError        **error,
                                     const char     *path,
                                     guint           line,
                                     const char     *text,
                                     const char     *expected);

/* A family of one sample without labels, and the beginning of a family. */
void         sg_node_gauge          (SgNodeScrape   *scrape,
                                     const char     *name,
                                     const char     *help,
                                     double          value);
void         sg_node_counter        (SgNodeScrape   *scrape,
                                     const char     *name,
                                     const char     *help,
                                     double          value);
void         sg_node_family         (SgNodeScrape   *scrape,
                                     SgMetricKind    kind,
                                     const char     *name,
                                     const char     *help,
                                     const char *const *label_names);

G_END_DECLS
