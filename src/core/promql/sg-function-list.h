/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Every function of the language, by name. In this order: its identifier, its name, the types of its
 * arguments (V instant vector, M range vector, S scalar, T text), how many of the last may be left
 * out or repeated (-1: any number, and the last may be missing), what it returns, whether Prometheus
 * calls it experimental; then what a reader wants to know: signature, a sentence, and an example with
 * its result at one o'clock on 1 January 1970 (time 3600).
 */
#define SG_FUNCTIONS(X) \
  X (ABS, "abs", "V", 0, VECTOR, FALSE, \
     "abs(v instant-vector)", \
     "The absolute value of each sample.", \
     "abs(vector(-2))", "{} 2") \
  X (ABSENT, "absent", "V", 0, VECTOR, FALSE, \
     "absent(v instant-vector)", \
     "1 with the labels that the selector fixes when there is no series, else nothing.", \
     "absent(nothing{job=\"a\"})", "{job=\"a\"} 1") \
  X (ABSENT_OVER_TIME, "absent_over_time", "M", 0, VECTOR, FALSE, \
     "absent_over_time(v range-vector)", \
     "1 with the labels that the selector fixes when no series has a sample in the range, else " \
     "nothing.", \
     "absent_over_time(nothing{job=\"a\"}[5m])", "{job=\"a\"} 1") \
  X (ACOS, "acos", "V", 0, VECTOR, FALSE, \
     "acos(v instant-vector)", \
     "The arc cosine of each sample, in radians.", \
     "acos(vector(1))", "{} 0") \
  X (ACOSH, "acosh", "V", 0, VECTOR, FALSE, \
     "acosh(v instant-vector)", \
     "The inverse hyperbolic cosine of each sample.", \
     "acosh(vector(1))", "{} 0") \
  X (ASIN, "asin", "V", 0, VECTOR, FALSE, \
     "asin(v instant-vector)", \
     "The arc sine of each sample, in radians.", \
     "asin(vector(0))", "{} 0") \
  X (ASINH, "asinh", "V", 0, VECTOR, FALSE, \
     "asinh(v instant-vector)", \
     "The inverse hyperbolic sine of each sample.", \
     "asinh(vector(0))", "{} 0") \
  X (ATAN, "atan", "V", 0, VECTOR, FALSE, \
     "atan(v instant-vector)", \
     "The arc tangent of each sample, in radians.", \
     "atan(vector(0))", "{} 0") \
  X (ATANH, "atanh", "V", 0, VECTOR, FALSE, \
     "atanh(v instant-vector)", \
     "The inverse hyperbolic tangent of each sample.", \
     "atanh(vector(0))", "{} 0") \
  X (AVG_OVER_TIME, "avg_over_time", "M", 0, VECTOR, FALSE, \
     "avg_over_time(v range-vector)", \
     "The mean of the samples in the range.", \
     "avg_over_time(vector(time())[2m:1m])", "{} 3570") \
  X (CEIL, "ceil", "V", 0, VECTOR, FALSE, \
     "ceil(v instant-vector)", \
     "Each sample rounded up to a whole number.", \
     "ceil(vector(1.2))", "{} 2") \
  X (CHANGES, "changes", "M", 0, VECTOR, FALSE, \
     "changes(v range-vector)", \
     "How often the value changed in the range.", \
     "changes(vector(time())[3m:1m])", "{} 2") \
  X (CLAMP, "clamp", "VSS", 0, VECTOR, FALSE, \
     "clamp(v instant-vector, min scalar, max scalar)", \
     "Each sample, held between two bounds; nothing when they are the wrong way round.", \
     "clamp(vector(7), 1, 5)", "{} 5") \
  X (CLAMP_MAX, "clamp_max", "VS", 0, VECTOR, FALSE, \
     "clamp_max(v instant-vector, max scalar)", \
     "Each sample, held below a bound.", \
     "clamp_max(vector(7), 5)", "{} 5") \
  X (CLAMP_MIN, "clamp_min", "VS", 0, VECTOR, FALSE, \
     "clamp_min(v instant-vector, min scalar)", \
     "Each sample, held above a bound.", \
     "clamp_min(vector(7), 9)", "{} 9") \
  X (COS, "cos", "V", 0, VECTOR, FALSE, \
     "cos(v instant-vector)", \
     "The cosine of each sample, in radians.", \
     "cos(vector(0))", "{} 1") \
  X (COSH, "cosh", "V", 0, VECTOR, FALSE, \
     "cosh(v instant-vector)", \
     "The hyperbolic cosine of each sample.", \
     "cosh(vector(0))", "{} 1") \
  X (COUNT_OVER_TIME, "count_over_time", "M", 0, VECTOR, FALSE, \
     "count_over_time(v range-vector)", \
     "How many samples there are in the range.", \
     "count_over_time(vector(1)[5m:1m])", "{} 5") \
  X (DAY_OF_MONTH, "day_of_month", "V", 1, VECTOR, FALSE, \
     "day_of_month(v=vector(time()) instant-vector)", \
     "The day of the month, from 1, of a time in UTC.", \
     "day_of_month(vector(86400))", "{} 2") \
  X (DAY_OF_WEEK, "day_of_week", "V", 1, VECTOR, FALSE, \
     "day_of_week(v=vector(time()) instant-vector)", \
     "The day of the week, from 0 for Sunday, of a time in UTC.", \
     "day_of_week(vector(0))", "{} 4") \
  X (DAY_OF_YEAR, "day_of_year", "V", 1, VECTOR, FALSE, \
     "day_of_year(v=vector(time()) instant-vector)", \
     "The day of the year, from 1, of a time in UTC.", \
     "day_of_year(vector(86400))", "{} 2") \
  X (DAYS_IN_MONTH, "days_in_month", "V", 1, VECTOR, FALSE, \
     "days_in_month(v=vector(time()) instant-vector)", \
     "How many days the month of a time in UTC has.", \
     "days_in_month(vector(0))", "{} 31") \
  X (DEG, "deg", "V", 0, VECTOR, FALSE, \
     "deg(v instant-vector)", \
     "Radians as degrees.", \
     "deg(vector(0))", "{} 0") \
  X (DELTA, "delta", "M", 0, VECTOR, FALSE, \
     "delta(v range-vector)", \
     "The difference between the ends of the range of a gauge, extrapolated to the whole range.", \
     "delta(vector(time())[5m:1m])", "{} 300") \
  X (DERIV, "deriv", "M", 0, VECTOR, FALSE, \
     "deriv(v range-vector)", \
     "The slope per second of a gauge, by linear regression over the range.", \
     "deriv(vector(time())[5m:1m])", "{} 1") \
  X (DOUBLE_EXPONENTIAL_SMOOTHING, "double_exponential_smoothing", "MSS", 0, VECTOR, TRUE, \
     "double_exponential_smoothing(v range-vector, sf scalar, tf scalar)", \
     "A smoothed value of a gauge: sf weighs new samples, tf weighs the trend.", \
     "double_exponential_smoothing(vector(5)[5m:1m], 0.5, 0.5)", "{} 5") \
  X (END, "end", "", 0, SCALAR, TRUE, \
     "end()", \
     "The last time of the query, in seconds.", \
     "end()", "3600") \
  X (EXP, "exp", "V", 0, VECTOR, FALSE, \
     "exp(v instant-vector)", \
     "e to the power of each sample.", \
     "exp(vector(0))", "{} 1") \
  X (FIRST_OVER_TIME, "first_over_time", "M", 0, VECTOR, TRUE, \
     "first_over_time(v range-vector)", \
     "The oldest sample in the range.", \
     "first_over_time(vector(time())[2m:1m])", "{} 3540") \
  X (FLOOR, "floor", "V", 0, VECTOR, FALSE, \
     "floor(v instant-vector)", \
     "Each sample rounded down to a whole number.", \
     "floor(vector(1.8))", "{} 1") \
  X (HISTOGRAM_AVG, "histogram_avg", "V", 0, VECTOR, FALSE, \
     "histogram_avg(v instant-vector)", \
     "The mean of what each native histogram observed.", \
     "histogram_avg(vector(1))", "") \
  X (HISTOGRAM_COUNT, "histogram_count", "V", 0, VECTOR, FALSE, \
     "histogram_count(v instant-vector)", \
     "How often each native histogram observed.", \
     "histogram_count(vector(1))", "") \
  X (HISTOGRAM_FRACTION, "histogram_fraction", "SSV", 0, VECTOR, FALSE, \
     "histogram_fraction(lower scalar, upper scalar, b instant-vector)", \
     "The share of observations between two values, from the buckets of a histogram.", \
     "histogram_fraction(0, 1, label_replace(vector(4), \"le\", \"+Inf\", \"\", \"\"))", "{} 0") \
  X (HISTOGRAM_QUANTILE, "histogram_quantile", "SV", 0, VECTOR, FALSE, \
     "histogram_quantile(φ scalar, b instant-vector)", \
     "The φ-quantile, from the buckets of a histogram.", \
     "histogram_quantile(0.5, label_replace(vector(4), \"le\", \"2\", \"\", \"\") " \
     "or label_replace(vector(4), \"le\", \"+Inf\", \"\", \"\"))", "{} 1") \
  X (HISTOGRAM_QUANTILES, "histogram_quantiles", "VTSS", 9, VECTOR, TRUE, \
     "histogram_quantiles(b instant-vector, label string, φ scalar, ...)", \
     "Up to ten quantiles from the buckets of a histogram, told apart by a label.", \
     "histogram_quantiles(label_replace(vector(4), \"le\", \"2\", \"\", \"\") " \
     "or label_replace(vector(4), \"le\", \"+Inf\", \"\", \"\"), \"q\", 0.5)", "{q=\"0.5\"} 1") \
  X (HISTOGRAM_STDDEV, "histogram_stddev", "V", 0, VECTOR, FALSE, \
     "histogram_stddev(v instant-vector)", \
     "The standard deviation of what each native histogram observed.", \
     "histogram_stddev(vector(1))", "") \
  X (HISTOGRAM_STDVAR, "histogram_stdvar", "V", 0, VECTOR, FALSE, \
     "histogram_stdvar(v instant-vector)", \
     "The variance of what each native histogram observed.", \
     "histogram_stdvar(vector(1))", "") \
  X (HISTOGRAM_SUM, "histogram_sum", "V", 0, VECTOR, FALSE, \
     "histogram_sum(v instant-vector)", \
     "The sum of what each native histogram observed.", \
     "histogram_sum(vector(1))", "") \
  X (HOUR, "hour", "V", 1, VECTOR, FALSE, \
     "hour(v=vector(time()) instant-vector)", \
     "The hour, from 0, of a time in UTC.", \
     "hour()", "{} 1") \
  X (IDELTA, "idelta", "M", 0, VECTOR, FALSE, \
     "idelta(v range-vector)", \
     "The difference between the last two samples in the range.", \
     "idelta(vector(time())[5m:1m])", "{} 60") \
  X (INCREASE, "increase", "M", 0, VECTOR, FALSE, \
     "increase(v range-vector)", \
     "How much a counter grew in the range, extrapolated to the whole range.", \
     "increase(vector(time())[5m:1m])", "{} 300") \
  X (INFO, "info", "VV", 1, VECTOR, TRUE, \
     "info(v instant-vector, [data-label-selector instant-vector])", \
     "Each series with the labels of the info series of its job and instance.", \
     "info(vector(1))", "{} 1") \
  X (IRATE, "irate", "M", 0, VECTOR, FALSE, \
     "irate(v range-vector)", \
     "How fast a counter grows per second, by the last two samples in the range.", \
     "irate(vector(time())[5m:1m])", "{} 1") \
  X (LABEL_JOIN, "label_join", "VTTT", -1, VECTOR, FALSE, \
     "label_join(v instant-vector, dst string, separator string, src string, ...)", \
     "Each series with a label that joins the values of others.", \
     "label_join(vector(1), \"a\", \"-\", \"b\", \"c\")", "{a=\"-\"} 1") \
  X (LABEL_REPLACE, "label_replace", "VTTTT", 0, VECTOR, FALSE, \
     "label_replace(v instant-vector, dst string, replacement string, src string, regex string)", \
     "Each series with a label made of what a regular expression found in another.", \
     "label_replace(vector(1), \"a\", \"b\", \"\", \"\")", "{a=\"b\"} 1") \
  X (LAST_OVER_TIME, "last_over_time", "M", 0, VECTOR, FALSE, \
     "last_over_time(v range-vector)", \
     "The newest sample in the range.", \
     "last_over_time(vector(time())[2m:1m])", "{} 3600") \
  X (LN, "ln", "V", 0, VECTOR, FALSE, \
     "ln(v instant-vector)", \
     "The natural logarithm of each sample.", \
     "ln(vector(1))", "{} 0") \
  X (LOG10, "log10", "V", 0, VECTOR, FALSE, \
     "log10(v instant-vector)", \
     "The decimal logarithm of each sample.", \
     "log10(vector(100))", "{} 2") \
  X (LOG2, "log2", "V", 0, VECTOR, FALSE, \
     "log2(v instant-vector)", \
     "The binary logarithm of each sample.", \
     "log2(vector(8))", "{} 3") \
  X (MAD_OVER_TIME, "mad_over_time", "M", 0, VECTOR, TRUE, \
     "mad_over_time(v range-vector)", \
     "The median absolute deviation of the samples in the range.", \
     "mad_over_time(vector(time())[3m:1m])", "{} 60") \
  X (MAX_OF, "max_of", "SS", 0, SCALAR, TRUE, \
     "max_of(a scalar, b scalar)", \
     "The greater of two numbers.", \
     "max_of(1, 2)", "2") \
  X (MAX_OVER_TIME, "max_over_time", "M", 0, VECTOR, FALSE, \
     "max_over_time(v range-vector)", \
     "The greatest sample in the range.", \
     "max_over_time(vector(time())[2m:1m])", "{} 3600") \
  X (MIN_OF, "min_of", "SS", 0, SCALAR, TRUE, \
     "min_of(a scalar, b scalar)", \
     "The smaller of two numbers.", \
     "min_of(1, 2)", "1") \
  X (MIN_OVER_TIME, "min_over_time", "M", 0, VECTOR, FALSE, \
     "min_over_time(v range-vector)", \
     "The smallest sample in the range.", \
     "min_over_time(vector(time())[2m:1m])", "{} 3540") \
  X (MINUTE, "minute", "V", 1, VECTOR, FALSE, \
     "minute(v=vector(time()) instant-vector)", \
     "The minute of the hour, from 0, of a time in UTC.", \
     "minute()", "{} 0") \
  X (MONTH, "month", "V", 1, VECTOR, FALSE, \
     "month(v=vector(time()) instant-vector)", \
     "The month, from 1, of a time in UTC.", \
     "month()", "{} 1") \
  X (PI, "pi", "", 0, SCALAR, FALSE, \
     "pi()", \
     "The number π.", \
     "pi()", "3.141592653589793") \
  X (PREDICT_LINEAR, "predict_linear", "MS", 0, VECTOR, FALSE, \
     "predict_linear(v range-vector, t scalar)", \
     "What a gauge will be in t seconds, by linear regression over the range.", \
     "predict_linear(vector(time())[5m:1m], 60)", "{} 3660") \
  X (PRESENT_OVER_TIME, "present_over_time", "M", 0, VECTOR, FALSE, \
     "present_over_time(v range-vector)", \
     "1 for each series with a sample in the range.", \
     "present_over_time(vector(7)[5m:1m])", "{} 1") \
  X (QUANTILE_OVER_TIME, "quantile_over_time", "SM", 0, VECTOR, FALSE, \
     "quantile_over_time(φ scalar, v range-vector)", \
     "The φ-quantile of the samples in the range.", \
     "quantile_over_time(0.5, vector(time())[3m:1m])", "{} 3540") \
  X (RAD, "rad", "V", 0, VECTOR, FALSE, \
     "rad(v instant-vector)", \
     "Degrees as radians.", \
     "rad(vector(0))", "{} 0") \
  X (RANGE, "range", "", 0, SCALAR, TRUE, \
     "range()", \
     "How long the query is, from its first time to its last, in seconds.", \
     "range()", "0") \
  X (RATE, "rate", "M", 0, VECTOR, FALSE, \
     "rate(v range-vector)", \
     "How fast a counter grows per second, over the range and extrapolated to all of it.", \
     "rate(vector(time())[5m:1m])", "{} 1") \
  X (RESETS, "resets", "M", 0, VECTOR, FALSE, \
     "resets(v range-vector)", \
     "How often a counter began anew in the range.", \
     "resets(vector(-time())[3m:1m])", "{} 2") \
  X (ROUND, "round", "VS", 1, VECTOR, FALSE, \
     "round(v instant-vector, to_nearest=1 scalar)", \
     "Each sample rounded to the nearest multiple of a number, halves up.", \
     "round(vector(2.3), 0.5)", "{} 2.5") \
  X (SCALAR, "scalar", "V", 0, SCALAR, FALSE, \
     "scalar(v instant-vector)", \
     "The one sample of a vector as a number; NaN unless there is exactly one.", \
     "scalar(vector(3))", "3") \
  X (SGN, "sgn", "V", 0, VECTOR, FALSE, \
     "sgn(v instant-vector)", \
     "The sign of each sample: 1, 0 or -1.", \
     "sgn(vector(-7))", "{} -1") \
  X (SIN, "sin", "V", 0, VECTOR, FALSE, \
     "sin(v instant-vector)", \
     "The sine of each sample, in radians.", \
     "sin(vector(0))", "{} 0") \
  X (SINH, "sinh", "V", 0, VECTOR, FALSE, \
     "sinh(v instant-vector)", \
     "The hyperbolic sine of each sample.", \
     "sinh(vector(0))", "{} 0") \
  X (SORT, "sort", "V", 0, VECTOR, FALSE, \
     "sort(v instant-vector)", \
     "The series by their values, the smallest first.", \
     "sort(vector(1))", "{} 1") \
  X (SORT_BY_LABEL, "sort_by_label", "VT", -1, VECTOR, TRUE, \
     "sort_by_label(v instant-vector, label string, ...)", \
     "The series by the values of labels, numbers in them as numbers.", \
     "sort_by_label(vector(1), \"a\")", "{} 1") \
  X (SORT_BY_LABEL_DESC, "sort_by_label_desc", "VT", -1, VECTOR, TRUE, \
     "sort_by_label_desc(v instant-vector, label string, ...)", \
     "The series by the values of labels, the last first.", \
     "sort_by_label_desc(vector(1), \"a\")", "{} 1") \
  X (SORT_DESC, "sort_desc", "V", 0, VECTOR, FALSE, \
     "sort_desc(v instant-vector)", \
     "The series by their values, the greatest first.", \
     "sort_desc(vector(1))", "{} 1") \
  X (SQRT, "sqrt", "V", 0, VECTOR, FALSE, \
     "sqrt(v instant-vector)", \
     "The square root of each sample.", \
     "sqrt(vector(9))", "{} 3") \
  X (START, "start", "", 0, SCALAR, TRUE, \
     "start()", \
     "The first time of the query, in seconds.", \
     "start()", "3600") \
  X (STDDEV_OVER_TIME, "stddev_over_time", "M", 0, VECTOR, FALSE, \
     "stddev_over_time(v range-vector)", \
     "The standard deviation of the samples in the range.", \
     "stddev_over_time(vector(time())[2m:1m])", "{} 30") \
  X (STDVAR_OVER_TIME, "stdvar_over_time", "M", 0, VECTOR, FALSE, \
     "stdvar_over_time(v range-vector)", \
     "The variance of the samples in the range.", \
     "stdvar_over_time(vector(time())[2m:1m])", "{} 900") \
  X (STEP, "step", "", 0, SCALAR, TRUE, \
     "step()", \
     "The distance between two evaluations of the query, in seconds.", \
     "step()", "0") \
  X (SUM_OVER_TIME, "sum_over_time", "M", 0, VECTOR, FALSE, \
     "sum_over_time(v range-vector)", \
     "The sum of the samples in the range.", \
     "sum_over_time(vector(2)[5m:1m])", "{} 10") \
  X (TAN, "tan", "V", 0, VECTOR, FALSE, \
     "tan(v instant-vector)", \
     "The tangent of each sample, in radians.", \
     "tan(vector(0))", "{} 0") \
  X (TANH, "tanh", "V", 0, VECTOR, FALSE, \
     "tanh(v instant-vector)", \
     "The hyperbolic tangent of each sample.", \
     "tanh(vector(0))", "{} 0") \
  X (TIME, "time", "", 0, SCALAR, FALSE, \
     "time()", \
     "The time of the evaluation, in seconds since 1970.", \
     "time()", "3600") \
  X (TIMESTAMP, "timestamp", "V", 0, VECTOR, FALSE, \
     "timestamp(v instant-vector)", \
     "The time of each sample, in seconds since 1970.", \
     "timestamp(vector(1))", "{} 3600") \
  X (TS_OF_FIRST_OVER_TIME, "ts_of_first_over_time", "M", 0, VECTOR, TRUE, \
     "ts_of_first_over_time(v range-vector)", \
     "The time of the oldest sample in the range, in seconds since 1970.", \
     "ts_of_first_over_time(vector(time())[2m:1m])", "{} 3540") \
  X (TS_OF_LAST_OVER_TIME, "ts_of_last_over_time", "M", 0, VECTOR, TRUE, \
     "ts_of_last_over_time(v range-vector)", \
     "The time of the newest sample in the range, in seconds since 1970.", \
     "ts_of_last_over_time(vector(time())[2m:1m])", "{} 3600") \
  X (TS_OF_MAX_OVER_TIME, "ts_of_max_over_time", "M", 0, VECTOR, TRUE, \
     "ts_of_max_over_time(v range-vector)", \
     "The time of the last greatest sample in the range, in seconds since 1970.", \
     "ts_of_max_over_time(vector(time())[2m:1m])", "{} 3600") \
  X (TS_OF_MIN_OVER_TIME, "ts_of_min_over_time", "M", 0, VECTOR, TRUE, \
     "ts_of_min_over_time(v range-vector)", \
     "The time of the last smallest sample in the range, in seconds since 1970.", \
     "ts_of_min_over_time(vector(time())[2m:1m])", "{} 3540") \
  X (VECTOR, "vector", "S", 0, VECTOR, FALSE, \
     "vector(s scalar)", \
     "A number as a vector with one series without labels.", \
     "vector(1)", "{} 1") \
  X (YEAR, "year", "V", 1, VECTOR, FALSE, \
     "year(v=vector(time()) instant-vector)", \
     "The year of a time in UTC.", \
     "year()", "{} 1970")
