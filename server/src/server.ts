// The composition root: opens every station in the order of the data's way, and closes them the other way round.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openAccess } from './accounts/access.js';
import { Administration } from './accounts/administration.js';
import { bootstrapAccount } from './accounts/keys.js';
import { openRevocations } from './accounts/revocations.js';
import { openSessions } from './accounts/sessions.js';
import { SignedIn } from './accounts/signed-in.js';
import { openSigners } from './accounts/signers.js';
import { Switches } from './accounts/switches.js';
import { openTokens } from './accounts/tokens.js';
import { openAdmission } from './api/admission.js';
import { openDocuments } from './api/documents.js';
import { serveDownloads } from './api/downloads.js';
import { openHttp } from './api/http.js';
import { servePages } from './api/pages.js';
import { buildApiSchema } from './api/schema.js';
import { serveSignIn } from './api/sign-in.js';
import { openSockets } from './api/socket.js';
import type { WireCounts } from './api/wire.js';
import { Breakdowns } from './breakdown/breakdown.js';
import { startFolding } from './breakdown/folding.js';
import { CampaignQueries } from './campaigns/queries.js';
import { readAnalytics } from './campaigns/reading.js';
import { CampaignRoster } from './campaigns/roster.js';
import type { Config } from './config.js';
import { openWrite } from './db/transaction.js';
import { DEMO_ACCOUNT, openDemo } from './demo/demo.js';
import { campaignNotFound } from './errors.js';
import { exportDownload } from './exports/download.js';
import { makeExportKind } from './exports/export-job.js';
import { Exports } from './exports/exports.js';
import { openExportFolder } from './exports/folder.js';
import { startSweep } from './exports/sweep.js';
import { openIntake } from './intake/intake.js';
import { CampaignMutations, RecordingMutations, TokenMutations } from './intake/mutations.js';
import { openLinks } from './jobs/links.js';
import { startJobs } from './jobs/runner.js';
import { openArrivals } from './live/arrivals.js';
import type { LiveCounts } from './live/broadcast.js';
import { openBroadcasts } from './live/broadcasts.js';
import { openHub } from './live/hub.js';
import { openJobReaders } from './live/job-readers.js';
import type { Snapshot } from './live/mailbox.js';
import { openNotices } from './live/notices.js';
import { AnalyticsSubscriptions, LiveReaders } from './live/subscriptions.js';
import type { Log } from './log.js';
import { openOperations } from './operations/operations.js';
import { OptOutImports } from './optouts/list-imports.js';
import { makeListKind } from './optouts/list-job.js';
import { OptOutManagement } from './optouts/management.js';
import { receiptDownload } from './optouts/receipt.js';
import { Privacy } from './privacy/privacy.js';
import { startRetention } from './privacy/retention.js';
import { openReleases } from './releases.js';
import { openStorage } from './storage.js';
import { Usage } from './usage/usage.js';

export interface Server {
  /** Where it answers, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The demo account's key; undefined where there is no demo. */
  readonly demoKey: string | undefined;
  /** Where its metrics are; undefined where they are not told. */
  readonly metricsUrl: string | undefined;
  /** What it has done for its readers so far. */
  counts(): LiveCounts & WireCounts;
  /** Is not ready for a while, then takes no more, finishes what it took, tells the sockets to come back elsewhere (1012), closes all. */
  stop(): Promise<void>;
}

/** The folder of the widget package, from which pages and scripts are served. */
const WIDGET_FOLDER = new URL('../../widget/', import.meta.url);
const REVOCATIONS_EVERY_MS = 2_000;
/** Requests that take too long to come are looked for this often. */
const LATE_EVERY_MS = 2_000;
/** Requests under way have this long to be answered once nothing more is taken. */
const FINISH_MS = 2_000;

/** Settles when requests are served. @param pid - of this process. */
export async function startServer(config: Config, pid: number, log: Log): Promise<Server> {
  const releases = openReleases();
  try {
    const { source, pool, url: databaseUrl, close } = await openStorage(config, pid, log);
    releases.add(close);

    if (config.bootstrapApiKey) await bootstrapAccount(pool, config.bootstrapApiKey, DEMO_ACCOUNT, log);
    const signers = await openSigners(pool);
    const tokens = openTokens(pool, signers);
    const { sessionMs } = config;
    const sessions = openSessions(pool, sessionMs);
    const access = openAccess(pool, tokens, sessions);
    const revocations = openRevocations(pool, REVOCATIONS_EVERY_MS, log);
    releases.add(() => revocations.close());

    const hub = openHub({
      read: (keys) => readAnalytics(pool, keys),
      missing: () => campaignNotFound('campaignId'),
      pollMs: config.pollMs,
      log,
    });
    releases.add(() => hub.close());
    const notices = await openNotices({
      pool,
      url: databaseUrl,
      windowMs: config.noticeWindowMs,
      onMoved: hub.moved,
      onGap: hub.refresh,
      log,
    });
    releases.add(() => notices.close());
    const operations = openOperations(pool, notices, config, log);
    releases.add(() => operations.close());
    const { health } = operations;
    const write = openWrite(pool, (accountId, campaignIds) => {
      hub.moved(accountId, campaignIds);
      notices.publish(accountId, campaignIds);
      folding.moved(accountId);
    });
    const folding = startFolding({ pool, write, afterMs: config.foldMs, log });
    releases.add(() => folding.stop());
    const { batchItems, queueItems, queueBytes } = config;
    const intake = openIntake({ pool, write, batchItems, queueItems, queueBytes });

    const jobReaders = openJobReaders(pool, config.pollMs, log);
    releases.add(() => jobReaders.close());
    const exportFolder = openExportFolder(resolve(config.exportFolder));
    const jobs = startJobs({
      pool,
      kinds: [makeExportKind(pool, exportFolder), makeListKind(write, exportFolder)],
      atOnce: config.jobsAtOnce,
      keptMs: config.jobKeptMs,
      pollMs: config.jobPollMs,
      onMoved: jobReaders.moved,
      log,
    });
    releases.add(() => jobs.stop());
    const sweep = startSweep({ pool, folder: exportFolder, keptMs: config.jobKeptMs, log });
    releases.add(() => sweep.stop());
    const links = openLinks(signers);
    const { jobKeptMs: keptMs, accountJobs: mostJobs } = config;

    const schema = await buildApiSchema([
      new CampaignQueries(source),
      new Breakdowns(source, pool),
      new Usage(source),
      new CampaignRoster(source),
      new CampaignMutations(source, write),
      new RecordingMutations(intake),
      new TokenMutations(pool, tokens, access),
      new Administration(source, pool, access),
      new Switches(source, pool),
      new SignedIn(source, sessions, access),
      new Privacy(source, pool, write),
      new Exports({ pool, jobs, links, keptMs, mostJobs }),
      new OptOutManagement(pool, write),
      new OptOutImports({ pool, jobs, links, keptMs, mostJobs }),
      new AnalyticsSubscriptions(),
    ]);
    const demo = config.hasDemo ? await openDemo({ pool, folder: config.dataFolder, log }) : undefined;
    const hasIntrospection = !config.isProduction;
    const pages = servePages(WIDGET_FOLDER, demo?.routes);
    const documents = openDocuments({ schema, hasIntrospection, limits: config });
    const admission = openAdmission(config);
    const guards = { documents, admission, limits: config };
    const downloads = serveDownloads({
      pool,
      links,
      access,
      admission,
      downloads: [exportDownload(exportFolder), receiptDownload(exportFolder)],
    });
    const guest = demo?.guest;
    const signIn = serveSignIn({ source, access, sessions, ...guards, sessionMs, guest, log });
    const http = await openHttp({
      schema,
      access,
      ...guards,
      hasIntrospection,
      log,
      health,
      signIn,
      pages,
      downloads,
    });
    releases.add(() => http.close());

    const { headersWithinMs, requestWithinMs } = config;
    const server = createServer(
      {
        headersTimeout: headersWithinMs,
        requestTimeout: Math.max(headersWithinMs, requestWithinMs),
        connectionsCheckingInterval: Math.min(headersWithinMs, LATE_EVERY_MS),
      },
      http.app,
    );
    const arrivals = openArrivals((keys) => readAnalytics(pool, keys), hub.learn);
    const live = new LiveReaders(hub, arrivals);
    const broadcasts = openBroadcasts<Snapshot>();
    const { stalledMs } = config;
    const sockets = openSockets({
      server,
      schema,
      access,
      revocations,
      live,
      jobs: jobReaders,
      broadcasts,
      stalledMs,
      ...guards,
      log,
    });
    let closed: Promise<unknown> = Promise.resolve();
    releases.add(async () => {
      await sockets.close();
      const patience = setTimeout(() => server.closeAllConnections(), FINISH_MS);
      server.closeIdleConnections();
      await closed;
      clearTimeout(patience);
    });
    releases.add(() => intake.drain());
    releases.add(() => sockets.stopTaking());

    await new Promise<void>((done, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, done);
    });
    server.on('error', (error) => log.warn({ reason: error.message }, 'could not take a connection'));
    releases.add(() => {
      closed = new Promise((resolve) => server.close(resolve));
    });

    const retention = startRetention(pool, config.retentionEveryMs, log);
    releases.add(() => retention.stop());

    const { port } = server.address() as AddressInfo;
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    if (demo) {
      const sender = demo.startSender(url);
      releases.add(() => sender.stop());
    }
    const { traffic } = http;
    const stations = { pool, write, intake, folding, notices, broadcasts, sockets, traffic };
    const metricsUrl = await operations.expose(stations);
    releases.add(async () => {
      operations.leave();
      traffic.letGo();
      await delay(config.drainMs);
    });
    const counts = () => ({ ...broadcasts.counts, ...sockets.counts });
    return { url, demoKey: demo?.key, metricsUrl, counts, stop: releases.close };
  } catch (error) {
    await releases
      .close()
      .catch((fault: unknown) => log.error({ reason: String(fault) }, 'could not close all'));
    throw error;
  }
}
