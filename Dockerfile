# Two images: docker build --target producer . and docker build --target consumer .
# Only instructions that a builder without BuildKit knows: docker-compose 1.29 uses that one.
FROM node:26-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY schemas/package.json schemas/
COPY runtime/package.json runtime/
COPY producer/package.json producer/
COPY consumer/package.json consumer/

FROM manifests AS producer-build
RUN npm ci --omit=dev --ignore-scripts -w producer
COPY schemas schemas
COPY runtime runtime
COPY producer producer
# A checkout under a strict umask brings files that only their owner reads.
RUN chmod -R a+rX .

FROM manifests AS consumer-build
RUN npm ci --omit=dev --ignore-scripts -w consumer
COPY schemas schemas
COPY runtime runtime
COPY consumer consumer
RUN chmod -R a+rX .

# The code belongs to root and the service runs as the image's `node`, by number: that can be checked to be no root.
FROM node:26-bookworm-slim AS service
ENV NODE_ENV=production
WORKDIR /app
USER 1000:1000

FROM service AS producer
COPY --from=producer-build /app ./
EXPOSE 8001
CMD ["node", "producer/src/main.ts"]

FROM service AS consumer
COPY --from=consumer-build /app ./
EXPOSE 8000
CMD ["node", "--min-semi-space-size=16", "--max-semi-space-size=16", "consumer/src/main.ts"]
