# The images of the engine, one target each: bridge, grader-worker, reference-backend.
#   docker build -f deploy/images/engine.Dockerfile --target grader-worker -t grader-worker .
ARG NODE_IMAGE=node:20-bookworm-slim

# Makes each program as one file with all packages in it.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs its install script: Temporal's native library comes prebuilt for several systems.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# All that stays a package is Temporal's library in machine code, of this system alone.
RUN npm run build \
 && library=$(node -p '({ x64: "x86_64", arm64: "aarch64" })[process.arch] + "-unknown-linux-gnu"') \
 && bridge=node_modules/@temporalio/core-bridge && install -d "/library/$bridge/releases" \
 && cp "$bridge/package.json" "/library/$bridge/" && cp -r "$bridge/releases/$library" "/library/$bridge/releases/"

FROM ${NODE_IMAGE} AS runtime
# Few arenas: glibc would give each thread its own, which never shrinks.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/dist/third-party-licences.txt ./dist/

FROM runtime AS reference-backend
ENV REFERENCE_BACKEND_HOST=0.0.0.0 REFERENCE_BACKEND_PORT=5000
COPY --from=build /app/dist/reference-backend.js* ./dist/
COPY --from=build /app/reference-backend/schema.sql ./reference-backend/schema.sql
USER node
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.REFERENCE_BACKEND_PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/reference-backend.js"]

# With the operators' commands: docker compose exec bridge grader status
FROM runtime AS engine
COPY --from=build /app/grader ./
COPY --from=build /app/dist/cli.js* ./dist/
# Plans that "grader cutover start" takes.
COPY --from=build /app/docs/cutover-plans ./docs/cutover-plans
# A new volume takes its owner from here.
RUN install -d -o node -g node -m 0700 /var/lib/grading /var/lib/grading-scratch && ln -s /app/grader /usr/local/bin/grader
USER node

FROM engine AS bridge
ENV BRIDGE_HEALTH_PORT=8081
COPY --from=build /app/dist/bridge.js* ./dist/
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BRIDGE_HEALTH_PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["grader", "bridge"]

# Last: a build without --target makes this one.
FROM engine AS grader-worker
ENV WORKER_HEALTH_PORT=8081
COPY --from=build /library/node_modules ./node_modules
COPY --from=build /app/dist/worker.js* /app/dist/workflow-*.js* /app/dist/mappings.wasm ./dist/
# The runner is compiled inside the sandbox image, from these sources.
COPY --from=build /app/sandbox/runner ./sandbox/runner
# The web console, which Compose starts from this image, and what it serves.
COPY --from=build /app/dist/console.js* ./dist/
COPY --from=build /app/console/assets ./console/assets
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_HEALTH_PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["grader", "worker"]
