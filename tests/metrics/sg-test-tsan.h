/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether ThreadSanitizer looks on, as gcc and as clang say it. */
#if defined(__SANITIZE_THREAD__)
#define SG_TEST_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SG_TEST_TSAN 1
#endif
#endif
#ifndef SG_TEST_TSAN
#define SG_TEST_TSAN 0
#endif
