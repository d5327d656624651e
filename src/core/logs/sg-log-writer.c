/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-writer.h"

#include "base/sg-lock.h"
#include "base/sg-thread.h"
#include "logs/sg-log-files.h"

/*
 * How records are written
 *
 * Whoever appends puts a batch into a queue; one thread takes whatever waits there and commits it as
 * one transaction. The more there is to do, the more a commit holds: one batch alone waits for
 * nobody, and a hundred small ones cost little more than one. What is in the queue is bounded by
 * number and by size, and beyond that appending is refused at once, so that whoever sends can be told
 * to come back later.
 *
 * A transaction is of one day. When it fails, each of its batches is tried once more alone, so that a
 * bad one takes no other with it. A batch that spans midnight is written day by day; if the second
 * day fails, it is reported as failed although its first day is there.
 */
#define MAX_QUEUED       200000
#define MAX_QUEUED_BYTES (64 * 1024 * 1024)
#define STACK_SIZE       (256 * 1024)

/* How many damaged files are told of in words. */
#define MAX_REPAIRS 32

/* Connections that stay open for writing: today's, yesterday's, and what comes late. */
#define MAX_OPEN_DAYS 4

/**
 * Job:
 * @batch: (nullable): what is to be written, or %NULL for the other kinds of work
 * @first: the day of its oldest record; the day to set aside
 * @last: the day of its newest record
 * @retain: whether retention is to be applied
 * @done: (nullable): called at the end
 * @user_data: for @done
 */
typedef struct
{
  SgLogBatch *batch;
  SgLogDayNumber first;
  SgLogDayNumber last;
  gboolean retain;
  SgLogDone done;
  gpointer user_data;
} Job;

/**
 * SgLogWriter:
 * @lock: guards @jobs, @queued, @queued_bytes, @closing, @counts, @repairs and @n_repairs
 * @wake: signalled when one of them changes
 * @jobs: (element-type Job): what waits
 * @orphaned: whether the thread frees all this at its end; its own
 * @days: (element-type SgLogDay): open connections, the thread's own; the last used one is last
 */
struct _SgLogWriter
{
  char *folder;
  char *aside;
  gint64 retention_ms;
  guint64 max_bytes;
  guint max_queued;
  gsize max_queued_bytes;
  SgClock *clock;
  pthread_t thread;
  SgLock lock;
  SgCond wake;
  GArray *jobs;
  guint queued;
  gsize queued_bytes;
  gboolean closing;
  gboolean orphaned;
  SgLogStoreCounts counts;
  GString *repairs;
  guint n_repairs;
  GPtrArray *days;
};

static void
forget_day (SgLogWriter    *self,
            SgLogDayNumber  number)
{
  for (guint i = 0; i < self->days->len; i++)
    {
      if (sg_log_day_get_number (self->days->pdata[i]) == number)
        {
          g_ptr_array_remove_index (self->days, i);
          return;
        }
    }
}

/* The oldest are kept: what went wrong first is most often the cause of the rest. */
static void
note_repair (SgLogWriter *self,
             const char  *note,
             gboolean     done)
{
  SG_LOCK_SCOPE (&self->lock);
  self->counts.damaged_days += done;
  if (self->n_repairs++ < MAX_REPAIRS)
    g_string_append_printf (self->repairs, "%s\n", note);
}

static void
set_aside (SgLogWriter    *self,
           SgLogDayNumber  number)
{
  g_autofree char *where = NULL;
  g_autofree char *note = NULL;
  g_autofree char *name = sg_log_day_file_name (number);
  g_autoptr (GError) error = NULL;
  gboolean done;

  forget_day (self, number);
  done = sg_log_files_set_aside (self->folder, number, self->aside, sg_clock_now_ns (self->clock),
                                 &where, &error);
  if (done)
    note =
        g_strdup_printf ("%s/%s is damaged; it was moved to %s, and the day goes on in a new file",
                         self->folder, name, where);
  else
    note = g_strdup_printf ("%s/%s is damaged; %s", self->folder, name, error->message);
  note_repair (self, note, done);
}

static SgLogDay *
open_day (SgLogWriter     *self,
          SgLogDayNumber   number,
          GError         **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean damaged = FALSE;
  SgLogDay *day = sg_log_day_open (self->folder, number, SG_LOG_DAY_WRITE, &damaged, &problem);

  if (day == NULL && damaged)
    {
      set_aside (self, number);
      return sg_log_day_open (self->folder, number, SG_LOG_DAY_WRITE, NULL, error);
    }
  if (day == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return day;
}

static SgLogDay *
get_day (SgLogWriter     *self,
         SgLogDayNumber   number,
         GError         **error)
{
  SgLogDay *day;

  for (guint i = self->days->len; i > 0; i--)
    {
      day = self->days->pdata[i - 1];
      if (sg_log_day_get_number (day) == number)
        {
          g_ptr_array_steal_index (self->days, i - 1);
          g_ptr_array_add (self->days, day);
          return day;
        }
    }
  day = open_day (self, number, error);
  if (day == NULL)
    return NULL;
  if (self->days->len == MAX_OPEN_DAYS)
    g_ptr_array_remove_index (self->days, 0);
  g_ptr_array_add (self->days, day);
  return day;
}

static gboolean
insert_batch (SgLogDay          *day,
              const SgLogBatch  *batch,
              GError           **error)
{
  for (guint i = 0; i < sg_log_batch_get_length (batch); i++)
    {
      const SgLogRecord *record = sg_log_batch_get (batch, i);

      if (sg_log_day_number (record->time) == sg_log_day_get_number (day)
          && !sg_log_day_insert (day, record, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
insert_jobs (SgLogDay   *day,
             const Job  *jobs,
             guint       n_jobs,
             GError    **error)
{
  for (guint i = 0; i < n_jobs; i++)
    {
      if (!insert_batch (day, jobs[i].batch, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
try_day (SgLogWriter     *self,
         SgLogDayNumber   number,
         const Job       *jobs,
         guint            n_jobs,
         gboolean        *ret_damaged,
         GError         **error)
{
  SgLogDay *day = get_day (self, number, error);

  if (day == NULL)
    return FALSE;
  if (sg_log_day_begin (day, error) && insert_jobs (day, jobs, n_jobs, error)
      && sg_log_day_commit (day, error))
    return TRUE;
  *ret_damaged = sg_log_day_is_damaged (day);
  sg_log_day_rollback (day);
  forget_day (self, number);
  return FALSE;
}

/* What @jobs have of the day @number, as one transaction; in a new file where the old one is damaged. */
static gboolean
write_day (SgLogWriter     *self,
           SgLogDayNumber   number,
           const Job       *jobs,
           guint            n_jobs,
           GError         **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean damaged = FALSE;

  if (try_day (self, number, jobs, n_jobs, &damaged, &problem))
    return TRUE;
  if (!damaged)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  set_aside (self, number);
  return try_day (self, number, jobs, n_jobs, &damaged, error);
}

/* A batch may hold records of few days or of many: only those that it has are opened. */
static gboolean
write_alone (SgLogWriter  *self,
             const Job    *job,
             GError      **error)
{
  SgLogDayNumber done = G_MININT32;

  for (;;)
    {
      SgLogDayNumber next = G_MAXINT32;

      for (guint i = 0; i < sg_log_batch_get_length (job->batch); i++)
        {
          SgLogDayNumber day = sg_log_day_number (sg_log_batch_get (job->batch, i)->time);

          if (day > done && day < next)
            next = day;
        }
      if (next == G_MAXINT32)
        return TRUE;
      if (!write_day (self, next, job, 1, error))
        return FALSE;
      done = next;
    }
}

static void
finish_job (SgLogWriter *self,
            Job         *job,
            GError      *error)
{
  guint length = sg_log_batch_get_length (job->batch);

  sg_lock_acquire (&self->lock);
  self->queued -= length;
  self->queued_bytes -= sg_log_batch_get_size (job->batch);
  if (error == NULL)
    self->counts.appended += length;
  else
    self->counts.failed += length;
  sg_lock_release (&self->lock);
  if (job->done != NULL)
    job->done (error, job->user_data);
  else
    g_clear_error (&error);
  sg_log_batch_unref (job->batch);
}

static void
write_jobs (SgLogWriter *self,
            Job         *jobs,
            guint        n_jobs)
{
  SgMonotonic start = sg_clock_monotonic (self->clock);
  gboolean written = n_jobs > 1 && write_day (self, jobs[0].first, jobs, n_jobs, NULL);

  for (guint i = 0; i < n_jobs; i++)
    {
      GError *error = NULL;

      if (!written)
        write_alone (self, &jobs[i], &error);
      finish_job (self, &jobs[i], error);
    }
  SG_LOCK_SCOPE (&self->lock);
  self->counts.commits++;
  self->counts.commit_us += (guint64) (sg_clock_monotonic (self->clock).us - start.us);
}

static void
delete_day (SgLogWriter    *self,
            SgLogDayNumber  day)
{
  forget_day (self, day);
  sg_log_files_delete (self->folder, day);
  SG_LOCK_SCOPE (&self->lock);
  self->counts.deleted_days++;
}

/* Days that lie wholly before the time of retention go; then the oldest, until the rest fits. Today stays. */
static void
apply_retention (SgLogWriter *self)
{
  g_autoptr (GArray) days = sg_log_files_list (self->folder);
  SgTimeNs now = sg_clock_now_ns (self->clock);
  SgTimeNs oldest = { now.ns - self->retention_ms * 1000000 };
  guint64 bytes = 0;

  for (guint i = 0; i < days->len; i++)
    bytes += sg_log_files_measure (self->folder, g_array_index (days, SgLogDayNumber, i));
  for (guint i = 0; i < days->len; i++)
    {
      SgLogDayNumber day = g_array_index (days, SgLogDayNumber, i);
      gboolean old = self->retention_ms > 0 && day < sg_log_day_number (oldest);
      gboolean large = self->max_bytes > 0 && bytes > self->max_bytes;

      if (day >= sg_log_day_number (now) || (!old && !large))
        break;
      bytes -= sg_log_files_measure (self->folder, day);
      delete_day (self, day);
    }
}

/* How many of @jobs, from the first on, can be one transaction. */
static guint
find_group (const Job *jobs,
            guint      n_jobs)
{
  guint n = 1;

  while (n < n_jobs && jobs[n].batch != NULL && jobs[n].first == jobs[0].first
         && jobs[n].last == jobs[0].first)
    n++;
  return jobs[0].last == jobs[0].first ? n : 1;
}

static void
run_jobs (SgLogWriter *self,
          GArray      *jobs)
{
  for (guint i = 0; i < jobs->len;)
    {
      Job *job = &g_array_index (jobs, Job, i);
      guint n = 1;

      if (job->batch != NULL)
        {
          n = find_group (job, jobs->len - i);
          write_jobs (self, job, n);
        }
      else if (job->retain)
        apply_retention (self);
      else
        set_aside (self, job->first);
      if (job->batch == NULL && job->done != NULL)
        job->done (NULL, job->user_data);
      i += n;
    }
}

/* Returns: (transfer full) (nullable): what waits, or %NULL when there is nothing more to come */
static GArray *
take_jobs (SgLogWriter *self)
{
  GArray *jobs;

  SG_LOCK_SCOPE (&self->lock);
  while (self->jobs->len == 0 && !self->closing)
    sg_cond_wait (&self->wake, &self->lock);
  if (self->jobs->len == 0)
    return NULL;
  jobs = self->jobs;
  self->jobs = g_array_new (FALSE, FALSE, sizeof (Job));
  return jobs;
}

static void
writer_free (SgLogWriter *self)
{
  g_clear_pointer (&self->days, g_ptr_array_unref);
  g_clear_pointer (&self->jobs, g_array_unref);
  g_clear_object (&self->clock);
  sg_cond_clear (&self->wake);
  sg_lock_clear (&self->lock);
  g_string_free (self->repairs, TRUE);
  g_free (self->folder);
  g_free (self->aside);
  g_free (self);
}

static gpointer
run_writer (gpointer data)
{
  SgLogWriter *self = data;
  GArray *jobs;

  while ((jobs = take_jobs (self)) != NULL)
    {
      run_jobs (self, jobs);
      g_array_unref (jobs);
    }
  g_ptr_array_set_size (self->days, 0);
  if (self->orphaned)
    writer_free (self);
  return NULL;
}

/**
 * sg_log_writer_new:
 * @options: what the store was opened with
 * @error: return location
 *
 * Returns: (transfer full): a writer whose thread runs, or %NULL
 */
SgLogWriter *
sg_log_writer_new (const SgLogStoreOptions  *options,
                   GError                  **error)
{
  SgLogWriter *self = g_new0 (SgLogWriter, 1);

  self->folder = g_strdup (options->folder);
  self->aside = g_strdup (options->aside);
  self->retention_ms = options->retention_ms;
  self->max_bytes = options->max_bytes;
  self->max_queued = options->max_queued > 0 ? options->max_queued : MAX_QUEUED;
  self->max_queued_bytes =
      options->max_queued_bytes > 0 ? options->max_queued_bytes : MAX_QUEUED_BYTES;
  self->clock = g_object_ref (options->clock != NULL ? options->clock : sg_clock_get_system ());
  self->jobs = g_array_new (FALSE, FALSE, sizeof (Job));
  self->days = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_log_day_close);
  self->repairs = g_string_new (NULL);
  sg_lock_init (&self->lock);
  sg_cond_init (&self->wake);
  if (!sg_thread_start (&self->thread, "log-writer", STACK_SIZE, run_writer, self))
    {
      g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO,
                   "the system has no room for the thread that writes records");
      writer_free (self);
      return NULL;
    }
  return self;
}

/*
 * Writes what waits, and ends. The last who held the store may have been a job that was just done:
 * then this is the writer's own thread, which goes on to the end of its work and frees it there.
 */
void
sg_log_writer_free (SgLogWriter *self)
{
  sg_lock_acquire (&self->lock);
  self->closing = TRUE;
  sg_cond_signal (&self->wake);
  sg_lock_release (&self->lock);
  if (pthread_equal (self->thread, pthread_self ()))
    {
      pthread_detach (self->thread);
      self->orphaned = TRUE;
      return;
    }
  pthread_join (self->thread, NULL);
  writer_free (self);
}

static void
find_days (Job *job)
{
  job->first = G_MAXINT32;
  job->last = G_MININT32;
  for (guint i = 0; i < sg_log_batch_get_length (job->batch); i++)
    {
      SgLogDayNumber day = sg_log_day_number (sg_log_batch_get (job->batch, i)->time);

      job->first = MIN (job->first, day);
      job->last = MAX (job->last, day);
    }
}

/**
 * sg_log_writer_push:
 * @self: a writer
 * @batch: records, which stay as they are from now on
 * @done: (nullable): called when they were written
 * @user_data: for @done
 * @error: return location
 *
 * Returns: %FALSE if too much waits already; then nothing was queued, and @done is not called
 */
gboolean
sg_log_writer_push (SgLogWriter  *self,
                    SgLogBatch   *batch,
                    SgLogDone     done,
                    gpointer      user_data,
                    GError      **error)
{
  guint length = sg_log_batch_get_length (batch);
  gsize size = sg_log_batch_get_size (batch);
  Job job = { .batch = batch, .done = done, .user_data = user_data };

  find_days (&job);
  SG_LOCK_SCOPE (&self->lock);
  /* A batch that is larger than the bound by itself is taken when nothing else waits. */
  if (self->queued > 0
      && (self->queued + length > self->max_queued
          || self->queued_bytes + size > self->max_queued_bytes))
    {
      self->counts.refused += length;
      g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_BUSY,
                   "%u records wait to be written, and at most %u may; try again later",
                   self->queued, self->max_queued);
      return FALSE;
    }
  sg_log_batch_ref (batch);
  self->queued += length;
  self->queued_bytes += size;
  g_array_append_val (self->jobs, job);
  sg_cond_signal (&self->wake);
  return TRUE;
}

static void
push_job (SgLogWriter *self,
          Job          job)
{
  SG_LOCK_SCOPE (&self->lock);
  g_array_append_val (self->jobs, job);
  sg_cond_signal (&self->wake);
}

/* Deletes what is no longer kept; @done is called when that was done. */
void
sg_log_writer_retain (SgLogWriter *self,
                      SgLogDone    done,
                      gpointer     user_data)
{
  push_job (self, (Job) { .retain = TRUE, .done = done, .user_data = user_data });
}

/* Moves a day that a reader found damaged out of the way; @done is called when that was done. */
void
sg_log_writer_set_aside (SgLogWriter    *self,
                         SgLogDayNumber  day,
                         SgLogDone       done,
                         gpointer        user_data)
{
  push_job (self, (Job) { .first = day, .done = done, .user_data = user_data });
}

void
sg_log_writer_get_counts (SgLogWriter      *self,
                          SgLogStoreCounts *ret_counts)
{
  SG_LOCK_SCOPE (&self->lock);
  *ret_counts = self->counts;
  ret_counts->queued = self->queued;
}

/* Returns: (transfer full): what was damaged, a line each, or "" */
char *
sg_log_writer_get_repairs (SgLogWriter *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return g_strdup (self->repairs->str);
}
