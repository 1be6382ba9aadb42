/* Lets the Nth system call of one kind below one folder fail, come up short, or be the last thing a process does.
 *
 * Loaded with LD_PRELOAD by scripts/faults.py, which arms it in a child: arm(kind, n, effect, prefix). Effects: a
 * positive errno; SHORT, half of the bytes; BEFORE and AFTER, SIGKILL on either side of the call; TORN, half of the
 * bytes and then SIGKILL. With n = 0 the calls are only counted (`counted(kind)`).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { OPEN, READ, WRITE, SYNC, RENAME, UNLINK, MKDIR, TRUNCATE, STAT, UTIME, KINDS };
enum { SHORT = -1, BEFORE = -2, AFTER = -3, TORN = -4 };

static int armed, wanted, effect, nth, busy;
static int counts[KINDS];
static char prefix[PATH_MAX];
static size_t prefix_length;

void arm(int kind, int n, int what, const char *below) {
    wanted = kind, nth = n, effect = what;
    memset(counts, 0, sizeof counts);
    strncpy(prefix, below, sizeof prefix - 1);
    prefix_length = strlen(prefix);
    armed = 1;
}
void disarm(void) { armed = 0; }
int counted(int kind) { return counts[kind]; }

static int is_below(const char *path) { return path && strncmp(path, prefix, prefix_length) == 0; }
static int fd_is_below(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    return is_below(path);
}
static int at_is_below(int fd, const char *path) {
    return path && path[0] == '/' ? is_below(path) : fd == AT_FDCWD ? 0 : fd_is_below(fd);
}
static void die(void) { kill(getpid(), SIGKILL); }

/* 0: go on; 1: errno is set and the call fails; 2: half of the bytes; 3: die after it; 4: half, then die. */
static int turn(int kind, int below) {
    if (!armed || busy || !below) return 0;
    counts[kind]++;
    if (kind != wanted || counts[kind] != nth) return 0;
    if (effect == BEFORE) die();
    if (effect == SHORT) return 2;
    if (effect == AFTER) return 3;
    if (effect == TORN) return 4;
    errno = effect;
    return 1;
}
#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define SIMPLE(kind, below, call) \
    int what = turn(kind, armed && (below)); if (what == 1) return -1; \
    __typeof__(call) done = call; if (what >= 3) die(); return done

#define OPENER(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        SIMPLE(OPEN, is_below(path), real(path, flags, mode)); }
OPENER(open) OPENER(open64)
#define OPENER_AT(name) \
    int name(int fd, const char *path, int flags, ...) { \
        REAL(name); va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        SIMPLE(OPEN, at_is_below(fd, path), real(fd, path, flags, mode)); }
OPENER_AT(openat) OPENER_AT(openat64)

#define SIZED(kind, size, full, half) \
    int what = turn(kind, armed && fd_is_below(fd)); if (what == 1) return -1; \
    ssize_t done = (what == 2 || what == 4) && (size) > 1 ? half : full; if (what >= 3) die(); return done
ssize_t read(int fd, void *to, size_t n) { REAL(read); SIZED(READ, n, real(fd, to, n), real(fd, to, n / 2)); }
ssize_t pread(int fd, void *to, size_t n, off_t at) { REAL(pread); SIZED(READ, n, real(fd, to, n, at), real(fd, to, n / 2, at)); }
ssize_t pread64(int fd, void *to, size_t n, off64_t at) { REAL(pread64); SIZED(READ, n, real(fd, to, n, at), real(fd, to, n / 2, at)); }
ssize_t write(int fd, const void *from, size_t n) { REAL(write); SIZED(WRITE, n, real(fd, from, n), real(fd, from, n / 2)); }
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { REAL(pwrite); SIZED(WRITE, n, real(fd, from, n, at), real(fd, from, n / 2, at)); }
ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at) { REAL(pwrite64); SIZED(WRITE, n, real(fd, from, n, at), real(fd, from, n / 2, at)); }
ssize_t sendfile(int out, int in, off_t *at, size_t n) { REAL(sendfile); int fd = out; SIZED(WRITE, n, real(out, in, at, n), real(out, in, at, n / 2)); }
ssize_t sendfile64(int out, int in, off64_t *at, size_t n) { REAL(sendfile64); int fd = out; SIZED(WRITE, n, real(out, in, at, n), real(out, in, at, n / 2)); }

int fsync(int fd) { REAL(fsync); SIMPLE(SYNC, fd_is_below(fd), real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); SIMPLE(SYNC, fd_is_below(fd), real(fd)); }
int ftruncate(int fd, off_t n) { REAL(ftruncate); SIMPLE(TRUNCATE, fd_is_below(fd), real(fd, n)); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); SIMPLE(TRUNCATE, fd_is_below(fd), real(fd, n)); }
int rename(const char *a, const char *b) { REAL(rename); SIMPLE(RENAME, is_below(b), real(a, b)); }
int renameat(int d, const char *a, int e, const char *b) { REAL(renameat); SIMPLE(RENAME, at_is_below(e, b), real(d, a, e, b)); }
int unlink(const char *a) { REAL(unlink); SIMPLE(UNLINK, is_below(a), real(a)); }
int unlinkat(int d, const char *a, int f) { REAL(unlinkat); SIMPLE(UNLINK, at_is_below(d, a), real(d, a, f)); }
int rmdir(const char *a) { REAL(rmdir); SIMPLE(UNLINK, is_below(a), real(a)); }
int mkdir(const char *a, mode_t m) { REAL(mkdir); SIMPLE(MKDIR, is_below(a), real(a, m)); }
int mkdirat(int d, const char *a, mode_t m) { REAL(mkdirat); SIMPLE(MKDIR, at_is_below(d, a), real(d, a, m)); }
int stat(const char *a, struct stat *s) { REAL(stat); SIMPLE(STAT, is_below(a), real(a, s)); }
int lstat(const char *a, struct stat *s) { REAL(lstat); SIMPLE(STAT, is_below(a), real(a, s)); }
int fstat(int fd, struct stat *s) { REAL(fstat); SIMPLE(STAT, fd_is_below(fd), real(fd, s)); }
int fstatat(int d, const char *a, struct stat *s, int f) { REAL(fstatat); SIMPLE(STAT, at_is_below(d, a), real(d, a, s, f)); }
int stat64(const char *a, struct stat64 *s) { REAL(stat64); SIMPLE(STAT, is_below(a), real(a, s)); }
int lstat64(const char *a, struct stat64 *s) { REAL(lstat64); SIMPLE(STAT, is_below(a), real(a, s)); }
int fstat64(int fd, struct stat64 *s) { REAL(fstat64); SIMPLE(STAT, fd_is_below(fd), real(fd, s)); }
int fstatat64(int d, const char *a, struct stat64 *s, int f) { REAL(fstatat64); SIMPLE(STAT, at_is_below(d, a), real(d, a, s, f)); }
int utimensat(int d, const char *a, const struct timespec t[2], int f) { REAL(utimensat); SIMPLE(UTIME, at_is_below(d, a), real(d, a, t, f)); }
int futimens(int fd, const struct timespec t[2]) { REAL(futimens); SIMPLE(UTIME, fd_is_below(fd), real(fd, t)); }
int chmod(const char *a, mode_t m) { REAL(chmod); SIMPLE(UTIME, is_below(a), real(a, m)); }
int fchmodat(int d, const char *a, mode_t m, int f) { REAL(fchmodat); SIMPLE(UTIME, at_is_below(d, a), real(d, a, m, f)); }
