/* The process that holds a pod's namespaces: it sleeps, ends on request, and collects the children that others leave to it. With -v it tells its version
   instead: by a job that does so kubeadm tries whether a cluster runs jobs. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal) {
  (void)signal;
  _exit(0);
}

static void collect(int signal) {
  (void)signal;
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
}

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "-v") == 0) return puts("pause " VERSION) < 0 || fflush(stdout) != 0;
  struct sigaction ending = {.sa_handler = end};
  struct sigaction collecting = {.sa_handler = collect, .sa_flags = SA_NOCLDSTOP};
  if (sigaction(SIGINT, &ending, NULL) || sigaction(SIGTERM, &ending, NULL) || sigaction(SIGCHLD, &collecting, NULL)) return 1;
  for (;;) pause();
}
