// SPDX-License-Identifier: MIT
// Preloaded into the server by tests: makes it meet a disk that fails and a picture that kills.
//
// GEOND_FAULT_FOLDER   files below it are the ones whose reads or writes can fail
// GEOND_FAULT_CONTROL  a file of five 32-bit integers that the test shares with the server:
//                      countdown (0: disarmed; N: the Nth operation from now fails),
//                      error number, sticky (1: all later ones fail as well), operations seen,
//                      direction (0: what makes bytes durable fails; 1: what reads them)
// GEOND_FAULT_THREADS  that many threads minus one can be started
// GEOND_FAULT_CLOCK    what the clock shows at the start, in Unix seconds
// GEOND_FAULT_WIDTH    reading the header of a JPEG of this width ends the process
//
// What makes bytes durable: write, pwrite, writev, ftruncate, posix_fallocate, fsync, fdatasync, rename,
// link. What reads them: read, pread.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
  atomic_int countdown;
  atomic_int error;
  atomic_int sticky;
  atomic_int operations;
  atomic_int direction;
};

enum direction { durable, reading };

static struct control *control;
static const char *folder;

__attribute__((constructor)) static void attach(void) {
  folder = getenv("GEOND_FAULT_FOLDER");
  const char *path = getenv("GEOND_FAULT_CONTROL");
  if (folder == NULL || path == NULL) return;
  const int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared == MAP_FAILED) abort();
  control = shared;
  close(fd);
}

static int armed(enum direction direction) {
  return control != NULL && atomic_load(&control->countdown) != 0 &&
         atomic_load(&control->direction) == (int)direction;
}

// Whether this operation is the one to fail; errno is set then.
static int fails(void) {
  if (atomic_load(&control->countdown) == 0) return 0;
  atomic_fetch_add(&control->operations, 1);
  const int left = atomic_load(&control->sticky) && atomic_load(&control->countdown) == 1
                       ? 1
                       : atomic_fetch_sub(&control->countdown, 1);
  if (left != 1) return 0;
  errno = atomic_load(&control->error);
  return 1;
}

static int path_fails(const char *path, enum direction direction) {
  return armed(direction) && strncmp(path, folder, strlen(folder)) == 0 && fails();
}

static int file_fails(int fd, enum direction direction) {
  if (!armed(direction)) return 0;
  char link_name[64];
  char path[PATH_MAX];
  snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link_name, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return path_fails(path, direction);
}

// POSIX allows converting what dlsym() returns to a function (dlsym(3)).
#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

ssize_t write(int fd, const void *data, size_t size) {
  static ssize_t (*next)(int, const void *, size_t);
  if (next == NULL) next = NEXT(ssize_t(*)(int, const void *, size_t), "write");
  return file_fails(fd, durable) ? -1 : next(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  static ssize_t (*next)(int, const struct iovec *, int);
  if (next == NULL) next = NEXT(ssize_t(*)(int, const struct iovec *, int), "writev");
  return file_fails(fd, durable) ? -1 : next(fd, parts, count);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
  static ssize_t (*next)(int, const void *, size_t, off64_t);
  if (next == NULL) next = NEXT(ssize_t(*)(int, const void *, size_t, off64_t), "pwrite64");
  return file_fails(fd, durable) ? -1 : next(fd, data, size, offset);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
  return pwrite64(fd, data, size, offset);
}

ssize_t read(int fd, void *data, size_t size) {
  static ssize_t (*next)(int, void *, size_t);
  if (next == NULL) next = NEXT(ssize_t(*)(int, void *, size_t), "read");
  return file_fails(fd, reading) ? -1 : next(fd, data, size);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t offset) {
  static ssize_t (*next)(int, void *, size_t, off64_t);
  if (next == NULL) next = NEXT(ssize_t(*)(int, void *, size_t, off64_t), "pread64");
  return file_fails(fd, reading) ? -1 : next(fd, data, size, offset);
}

ssize_t pread(int fd, void *data, size_t size, off_t offset) {
  return pread64(fd, data, size, offset);
}

int ftruncate64(int fd, off64_t size) {
  static int (*next)(int, off64_t);
  if (next == NULL) next = NEXT(int (*)(int, off64_t), "ftruncate64");
  return file_fails(fd, durable) ? -1 : next(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

// Returns the error number instead of setting errno.
int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  static int (*next)(int, off64_t, off64_t);
  if (next == NULL) next = NEXT(int (*)(int, off64_t, off64_t), "posix_fallocate64");
  return file_fails(fd, durable) ? errno : next(fd, offset, size);
}

int posix_fallocate(int fd, off_t offset, off_t size) { return posix_fallocate64(fd, offset, size); }

int fsync(int fd) {
  static int (*next)(int);
  if (next == NULL) next = NEXT(int (*)(int), "fsync");
  return file_fails(fd, durable) ? -1 : next(fd);
}

int fdatasync(int fd) {
  static int (*next)(int);
  if (next == NULL) next = NEXT(int (*)(int), "fdatasync");
  return file_fails(fd, durable) ? -1 : next(fd);
}

int rename(const char *from, const char *to) {
  static int (*next)(const char *, const char *);
  if (next == NULL) next = NEXT(int (*)(const char *, const char *), "rename");
  return path_fails(to, durable) ? -1 : next(from, to);
}

int link(const char *from, const char *to) {
  static int (*next)(const char *, const char *);
  if (next == NULL) next = NEXT(int (*)(const char *, const char *), "link");
  return path_fails(to, durable) ? -1 : next(from, to);
}

// libjpeg's public structure begins with five pointers, two ints, a pointer, and then the width
// (jpeglib.h, struct jpeg_decompress_struct); the headers are not needed to read it.
struct jpeg_beginning {
  void *error, *memory, *progress, *client;
  int is_decompressor, state;
  void *source;
  unsigned width;
};

int jpeg_read_header(struct jpeg_beginning *picture, int require_image) {
  static int (*next)(struct jpeg_beginning *, int);
  if (next == NULL) next = NEXT(int (*)(struct jpeg_beginning *, int), "jpeg_read_header");
  const int outcome = next(picture, require_image);
  const char *deadly = getenv("GEOND_FAULT_WIDTH");
  if (deadly != NULL && picture->width == (unsigned)atoi(deadly)) abort();
  return outcome;
}

static time_t ahead;  // The true clock of the one that is shown.

__attribute__((constructor)) static void set_clock(void) {
  const char *shown = getenv("GEOND_FAULT_CLOCK");
  if (shown != NULL) ahead = time(NULL) - atol(shown);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*next)(clockid_t, struct timespec *);
  if (next == NULL) next = NEXT(int (*)(clockid_t, struct timespec *), "clock_gettime");
  const int outcome = next(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec -= ahead;
  return outcome;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument) {
  static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  static atomic_int count;
  if (next == NULL) {
    next = NEXT(int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *),
                "pthread_create");
  }
  const char *first_to_fail = getenv("GEOND_FAULT_THREADS");
  if (first_to_fail != NULL && atomic_fetch_add(&count, 1) + 1 >= atoi(first_to_fail)) {
    return EAGAIN;
  }
  return next(thread, attributes, run, argument);
}
