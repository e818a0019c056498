"""Settings of the web server, for `make run` and the container alike.

Threads, because a phone on a bad line holds its connection for long; loaded once
before the workers fork, because they then share the memory of the code.
"""

import os
import sys

bind = os.environ.get("SIGHTLINE_BIND", "127.0.0.1:8420")
workers = int(os.environ.get("SIGHTLINE_WEB_WORKERS", "2"))
threads = int(os.environ.get("SIGHTLINE_WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True
# A thread that comes back from the database waits this long for the one that computes, a dozen
# times in each push; Python's 5 ms would be most of the answer's time.
sys.setswitchinterval(0.0005)
timeout = 60
graceful_timeout = 20
keepalive = 30
max_requests = 20_000
max_requests_jitter = 2_000
# Heartbeats in memory: on a busy disk they would stall the workers.
worker_tmp_dir = "/dev/shm"
# Requests are logged by the application, with ids and in one format.
accesslog = None
errorlog = "-"
loglevel = "warning"
# Nobody steers this server while it runs, so it opens no door for that.
control_socket_disable = True
