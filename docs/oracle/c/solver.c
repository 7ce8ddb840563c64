/* An equilibrium solver behind JSON lines: `mondeq-ref conform --cmd ./solver`.

   cc -O2 -o solver solver.c -lm

   Peaceman-Rachford in double precision, then one linear solve on the active units, which is exact
   to rounding where the steps are slow.  Input that is not finite is refused.  The reading is as small as the protocol allows: names
   are looked for as text, and arrays are hexadecimal words. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int rows, columns; double *at; } array;

static int digit(int c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

/* {"dtype": .., "shape": [rows, columns], "data": ".."} after "name": */
static array read_array(const char *line, const char *name) {
  char key[32];
  array a = {1, 1, NULL};
  snprintf(key, sizeof key, "\"%s\": {", name);
  const char *p = strstr(line, key);
  if (!p) { fprintf(stderr, "no %s\n", name); exit(2); }
  int wide = strncmp(strstr(p, "\"dtype\": \"") + 10, "f64", 3) == 0;
  const char *shape = strstr(p, "\"shape\": [") + 10;
  char *end;
  if (*shape != ']') {
    a.rows = (int)strtol(shape, &end, 10);
    if (*end == ',') a.columns = (int)strtol(end + 1, &end, 10);
  }
  const char *word = strstr(p, "\"data\": \"") + 9;
  long count = (long)a.rows * a.columns;
  a.at = malloc((count + 1) * sizeof(double));
  for (long k = 0; k < count; k++) {
    uint64_t bits = 0;
    for (int j = 0; j < (wide ? 16 : 8); j++) bits = bits << 4 | (uint64_t)digit(*word++);
    if (wide) memcpy(&a.at[k], &bits, 8);
    else { uint32_t low = (uint32_t)bits; float f; memcpy(&f, &low, 4); a.at[k] = f; }
  }
  return a;
}

/* inverse of the n x n matrix a, by Gauss-Jordan with pivots */
static void invert(int n, double *a, double *inverse) {
  for (int i = 0; i < n * n; i++) inverse[i] = i % (n + 1) == 0;
  for (int k = 0; k < n; k++) {
    int best = k;
    for (int i = k + 1; i < n; i++) if (fabs(a[i * n + k]) > fabs(a[best * n + k])) best = i;
    for (int j = 0; j < n && best != k; j++) {
      double t = a[k * n + j]; a[k * n + j] = a[best * n + j]; a[best * n + j] = t;
      t = inverse[k * n + j]; inverse[k * n + j] = inverse[best * n + j]; inverse[best * n + j] = t;
    }
    double pivot = a[k * n + k];
    for (int j = 0; j < n; j++) { a[k * n + j] /= pivot; inverse[k * n + j] /= pivot; }
    for (int i = 0; i < n; i++) {
      double f = a[i * n + k];
      if (i == k || f == 0) continue;
      for (int j = 0; j < n; j++) {
        a[i * n + j] -= f * a[k * n + j];
        inverse[i * n + j] -= f * inverse[k * n + j];
      }
    }
  }
}

static double layer(int n, const double *W, const double *c, const double *z, int i) {
  double t = c[i];
  for (int j = 0; j < n; j++) t += W[i * n + j] * z[j];
  return t > 0 ? t : 0;
}

/* max |z - ReLU(W z + c)| */
static double residual(int n, const double *W, const double *c, const double *z) {
  double most = 0;
  for (int i = 0; i < n; i++) most = fmax(most, fabs(z[i] - layer(n, W, c, z, i)));
  return most;
}

/* z with z = W z + c on the units that are active in z, where that has a smaller residual */
static void polish(int n, const double *W, const double *c, double *z) {
  double *a = malloc(n * n * 8), *inverse = malloc(n * n * 8), *y = malloc(n * 8);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) a[i * n + j] = (i == j) - (z[i] > 0 ? W[i * n + j] : 0);
  invert(n, a, inverse);
  for (int i = 0; i < n; i++) {
    y[i] = 0;
    for (int j = 0; j < n; j++) y[i] += z[i] > 0 && z[j] > 0 ? inverse[i * n + j] * c[j] : 0;
  }
  if (residual(n, W, c, y) < residual(n, W, c, z)) memcpy(z, y, n * 8);
  free(a), free(inverse), free(y);
}

static int all_finite(array a) {
  for (int k = 0; k < a.rows * a.columns; k++) if (!isfinite(a.at[k])) return 0;
  return 1;
}

static void refuse(double seq, const char *why) {
  printf("{\"seq\": %.0f, \"error\": {\"message\": \"%s\"}}\n", seq, why);
}

static void solve(const char *line, double seq) {
  array W = read_array(line, "W"), U = read_array(line, "U"), b = read_array(line, "b");
  array X = read_array(line, "X");
  int n = b.rows, d = U.columns, same;
  const double alpha = 0.25;
  if (W.rows != n || W.columns != n || U.rows != n || X.columns != d) {
    refuse(seq, "the shapes do not fit");
    return;
  }
  if (!all_finite(W) || !all_finite(U) || !all_finite(b) || !all_finite(X)) {
    refuse(seq, "the input is not finite");
    return;
  }
  double *I = malloc(n * n * 8), *R = malloc(n * n * 8), *s = malloc(n * 8), *c = malloc(n * 8);
  double *r = malloc(n * 8);
  for (int i = 0; i < n * n; i++) I[i] = (i % (n + 1) == 0) * (1 + alpha) - alpha * W.at[i];
  invert(n, I, R);
  printf("{\"seq\": %.0f, \"outputs\": {\"Z\": {\"dtype\": \"f64\", \"shape\": [%d, %d], \"data\": \"",
         seq, X.rows, n);
  for (int row = 0; row < X.rows; row++) {
    for (int i = 0; i < n; i++) {
      c[i] = b.at[i], s[i] = 0;
      for (int j = 0; j < d; j++) c[i] += U.at[i * d + j] * X.at[row * d + j];
    }
    for (int step = 0; step < 20000; step++) {
      same = 1;
      for (int i = 0; i < n; i++) {
        r[i] = -s[i];
        for (int j = 0; j < n; j++) r[i] += 2 * R[i * n + j] * (s[j] + alpha * c[j]);
      }
      for (int i = 0; i < n; i++) { same &= s[i] == fabs(r[i]); s[i] = fabs(r[i]); }
      if (same) break;
    }
    for (int i = 0; i < n; i++) r[i] = r[i] > 0 ? r[i] : 0;
    polish(n, W.at, c, r);
    for (int i = 0; i < n; i++) {
      uint64_t bits;
      memcpy(&bits, &r[i], 8);
      printf("%016" PRIx64, bits);
    }
  }
  printf("\"}}}\n");
  free(W.at), free(U.at), free(b.at), free(X.at), free(I), free(R), free(s), free(c), free(r);
}

int main(void) {
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stdin) > 0) {
    if (strstr(line, "\"cmd\": \"start\""))
      printf("{\"name\": \"solver.c\", \"operations\": [\"solve\"], \"declared_error\": 1e-9}\n");
    else if (strstr(line, "\"cmd\": \"run\""))
      solve(line, strtod(strstr(line, "\"seq\": ") + 7, NULL));
    else
      break;
    fflush(stdout);
  }
  free(line);
  return 0;
}
