# SPDX-License-Identifier: MIT
# geond in one container. Two stages: the first builds on Debian 13, the second holds what the program
# needs to run and nothing else: no shell, no package manager, no compiler (see make-image-root).
#
#   docker build -t geond .
#   docker run -d --name geond -p 127.0.0.1:8080:8080 -v geond:/data -e GEOND_INSECURE_BIND=true geond
ARG BASE=debian:trixie-slim
FROM ${BASE} AS build
WORKDIR /src
# The lists alone first: the packages are then installed again only when the lists change.
COPY packaging/ packaging/
RUN packaging/install-deps build package && rm -rf /var/lib/apt/lists/*
COPY . .
# One fixed time stamp: the same sources and packages give the same bytes.
ARG SOURCE_DATE_EPOCH=0
# As the Makefile has it: ccache makes the paths relative that stand in the program.
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} CCACHE_BASEDIR=/src CCACHE_NOHASHDIR=1
RUN cmake --preset release && cmake --build build/release --target geond && \
    packaging/make-image-root build/release /image && mkdir -p /volumes/data

FROM scratch
COPY --from=build /image/ /
COPY --from=build --chown=10001:10001 /volumes/ /
LABEL org.opencontainers.image.title="geond" \
      org.opencontainers.image.description="Finds geons in pictures and says what scene they make" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.vendor="geond contributors" \
      org.opencontainers.image.documentation="docs/operating.md"
ENV PATH=/usr/bin GEOND_DATA=/data GEOND_LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["geond", "health"]
ENTRYPOINT ["geond"]
CMD ["serve"]
