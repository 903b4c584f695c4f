// SPDX-License-Identifier: MIT
// The command line as people and scripts use it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, cpSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { atEnd, temporaryDirectory } from '../support/ends.mjs';
import { sceneOfShapes } from '../support/pictures.mjs';
import { binary, startServer } from '../support/server.mjs';

function geond(args, options = {}) {
  const { env = {}, ...rest } = options;
  return spawnSync(binary, args,
    { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 60_000, ...rest });
}

function pictureFolder(t) {
  const folder = temporaryDirectory(t);
  for (const seed of [1, 2, 3]) writeFileSync(path.join(folder, `p${seed}.png`), sceneOfShapes(seed));
  return folder;
}

test('--version names the program and its libraries, also as JSON', () => {
  assert.match(geond(['--version']).stdout, /^geond \d+\.\d+\.\d+/);
  const document = JSON.parse(geond(['--version', '--json']).stdout);
  assert.equal(document.name, 'geond');
  assert.ok(document.libraries.sqlite && document.libraries.opencv);
});

test('what is wrong on the command line is one clear line and exit status 2', (t) => {
  const data = path.join(temporaryDirectory(t), 'data');
  for (const [args, pattern] of [
    [['serve', '--no-such-flag'], /no-such-flag/],
    [['serve', '--listen', 'nowhere', '--data', data], /nowhere/],
    [['serve', '--listen', '127.0.0.1:99999', '--data', data], /127\.0\.0\.1:99999.*[^.]\.\n$/],
    [['serve', '--workers', 'many', '--data', data], /workers.*many/],
    [['serve', '--workers', '-3', '--data', data], /workers/],
    [['serve', '--listen', '0.0.0.0:0', '--data', data], /insecure-bind/],
    [['serve', '--models', '/no/such/folder', '--data', data, '--listen', '127.0.0.1:0'], /no\/such/],
    [['predict', '/no/such/file.jpg'], /no\/such/],
    [['models', 'check', '/no/such/folder'], /no\/such/],
    [['serve', '--log-level', 'loud', '--data', data], /log-level.*loud.*debug/],
    [['serve', '--registration', 'ajar', '--data', data], /registration.*ajar.*open, closed/],
    [['log-level', 'loud', '--data', data], /loud.*debug/],
    [['completion', 'tcsh'], /tcsh.*bash/],
    [['user', 'password', 'anna', '--data', data], /stdin.*pipe it in.*-it/],
    [['dance'], /./],
    [['serve', '--metrics=', '--data', data], /--metrics= has no value/],
    [['serve', '--metrics=maybe', '--data', data], /metrics.*maybe.*true nor false/],
    [['serve', '--print-config=false', '--data', data], /print-config/],
    [['predict', '-dash.jpg'], /There is no option -dash\.jpg/],
    [[], /command/],
  ]) {
    const run = geond(args, { input: '' });
    assert.equal(run.status, 2, `${args.join(' ')}: ${run.stderr}`);
    assert.match(run.stderr, pattern);
    assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
  }
});

test('a program without its models is a matter of set-up: exit status 2, so that no supervisor tries again', (t) => {
  const alone = path.join(temporaryDirectory(t), 'geond');
  copyFileSync(binary, alone);
  for (const args of [['serve', '--listen', '127.0.0.1:0', '--data', `${alone}-data`], ['models', 'list']]) {
    const run = spawnSync(alone, args, { encoding: 'utf8', timeout: 60_000 });
    assert.equal(run.status, 2, `${args[0]}: ${run.stderr}`);
    assert.match(run.stderr, /--models/);
  }
});

test('a flag beats the environment, which beats the file, which beats the default', (t) => {
  const file = path.join(temporaryDirectory(t), 'geond.conf');
  writeFileSync(file, 'queue-capacity = 11\nworkers = 12\nlisten = "127.0.0.1:1111"\n');
  const print = (args, env) =>
    geond(['serve', '--print-config', ...args], { env }).stdout;
  const everything = print(['--config', file, '--workers', '3'], { GEOND_WORKERS: '2', GEOND_LISTEN: '127.0.0.1:2222' });
  assert.match(everything, /^workers = 3$/m, 'flag');
  assert.match(everything, /^listen = "127.0.0.1:2222"$/m, 'environment');
  assert.match(everything, /^queue-capacity = 11$/m, 'file');
  assert.match(everything, /^max-side = 20000$/m, 'default');
  const refused = path.join(temporaryDirectory(t), 'bad.conf');
  writeFileSync(refused, 'wokers = 3\n');
  const run = geond(['serve', '--config', refused]);
  assert.equal(run.status, 2);
  assert.match(run.stderr, /wokers/);
  const folder = geond(['serve', '--print-config', '--config', path.dirname(refused)]);
  assert.equal(folder.status, 2, 'a folder is no file');
  assert.match(folder.stderr, /Cannot read/);
  writeFileSync(refused, 'data = "/srv/#1"\n');
  const cut = geond(['serve', '--print-config', '--config', refused]);
  assert.match(cut.stdout, /^data = "\/srv\/(#|\\u0023)1"$/m, cut.stderr);
});

test('predict prints one JSON document a picture, draws overlays, and goes on after a bad file', (t) => {
  const folder = pictureFolder(t);
  const overlays = path.join(folder, 'boxes');
  writeFileSync(path.join(folder, 'broken.png'), 'no picture');
  const run = geond(['predict', folder, '--json', '--overlay', overlays]);
  assert.equal(run.status, 1, run.stderr);
  assert.match(run.stderr, /broken\.png/);
  const lines = run.stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((line) => path.basename(line.image.file)), ['p1.png', 'p2.png', 'p3.png']);
  assert.ok(lines.every((line) => Array.isArray(line.primitives) && 'scene' in line));
  for (const seed of [1, 2, 3]) {
    const drawn = readFileSync(path.join(overlays, `p${seed}.overlay.jpg`));
    assert.equal(drawn.readUInt16BE(0), 0xffd8, 'a JPEG');
  }
});

test('files whose names look like a list or an option are taken as what they are', (t) => {
  const folder = pictureFolder(t);
  mkdirSync(path.join(folder, 'raw'));
  for (const name of ['[raw]', '-dash.png', 'raw/p.png']) copyFileSync(path.join(folder, 'p1.png'), path.join(folder, name));
  const listed = geond(['predict', '--json', '[raw]'], { cwd: folder });
  assert.equal(listed.status, 0, listed.stderr);
  assert.equal(JSON.parse(listed.stdout).image.file, './[raw]');
  const dashed = geond(['predict', '-dash.png'], { cwd: folder });
  assert.equal(dashed.status, 2);
  assert.match(dashed.stderr, /The file of that name is given as \.\/-dash\.png/);
  assert.equal(geond(['predict', '--', '-dash.png'], { cwd: folder }).status, 0);
});

test('a limit on the size of files is an error that is told, and no overlay is cut', (t) => {
  const folder = pictureFolder(t);
  const overlays = path.join(folder, 'boxes');
  mkdirSync(overlays);
  writeFileSync(path.join(overlays, 'p1.overlay.jpg'), 'of an earlier call');
  const run = spawnSync('sh', ['-c', `ulimit -f 1; exec "${binary}" predict p1.png --overlay boxes`], { cwd: folder, encoding: 'utf8' });
  assert.equal(run.status, 1, `${run.signal} ${run.stderr}`);
  assert.match(run.stderr, /cannot write boxes\/p1\.overlay\.jpg/);
  assert.deepEqual(readdirSync(overlays), ['p1.overlay.jpg']);
  assert.equal(readFileSync(path.join(overlays, 'p1.overlay.jpg'), 'utf8'), 'of an earlier call');
});

test('a name of several that is not there gets its line, and the rest is worked on', async (t) => {
  const folder = pictureFolder(t);
  const inputs = ['p1.png', 'none.png', 'p2.png'].map((name) => path.join(folder, name));
  const server = await startServer(t);
  for (const command of [['predict', '--json'], ['submit', '--server', server.url, '--key', server.key]]) {
    const run = geond([...command, ...inputs]);
    assert.equal(run.status, 1, run.stderr);
    assert.match(run.stderr, /^geond: There is no file or directory .*none\.png\.$/m);
    assert.equal(run.stdout.trim().split('\n').length, 2, run.stdout);
    assert.equal(geond([...command, inputs[1]]).status, 2, 'alone it is a mistake in the call');
  }
});

test('overlays have the same names each time, whatever the pictures of several folders are called', (t) => {
  const folder = temporaryDirectory(t);
  const inputs = ['a/room.png', 'b/room.png', 'a/room-1.png'].map((name) => path.join(folder, name));
  for (const [seed, input] of inputs.entries()) {
    mkdirSync(path.dirname(input), { recursive: true });
    writeFileSync(input, sceneOfShapes(seed + 1));
  }
  const drawn = ['one', 'other'].map((name) => {
    const overlays = path.join(folder, name);
    assert.equal(geond(['predict', ...inputs, '--overlay', overlays]).status, 0);
    return Object.fromEntries(readdirSync(overlays).sort()
      .map((file) => [file, readFileSync(path.join(overlays, file), 'base64')]));
  });
  assert.deepEqual(Object.keys(drawn[0]).sort(),
    ['room-1-1.overlay.jpg', 'room-1.overlay.jpg', 'room.overlay.jpg']);
  assert.deepEqual(drawn[0], drawn[1]);
});

test('overlays write over no picture of the call, and are not taken for pictures by the next one', (t) => {
  const folder = temporaryDirectory(t);
  const [room, drawn] = [sceneOfShapes(1), sceneOfShapes(2)];
  writeFileSync(path.join(folder, 'room.png'), room);
  writeFileSync(path.join(folder, 'room.overlay.jpg'), drawn);
  const predict = (...inputs) => geond(['predict', ...inputs, '--overlay', folder, '--json']);
  const named = predict(path.join(folder, 'room.png'), path.join(folder, 'room.overlay.jpg'));
  assert.equal(named.stdout.trim().split('\n').length, 2, named.stderr);
  assert.deepEqual(readFileSync(path.join(folder, 'room.overlay.jpg')), drawn);
  const files = readdirSync(folder).sort();
  assert.deepEqual(files, ['room-1.overlay.jpg', 'room.overlay.jpg', 'room.overlay.overlay.jpg', 'room.png']);
  const searched = predict(folder);
  assert.equal(searched.stdout.trim().split('\n').length, 1, 'room.png alone');
  assert.deepEqual(readFileSync(path.join(folder, 'room.png')), room);
});

test('a threshold that is no number or that no detector has is refused, a pipe is no picture', (t) => {
  const folder = pictureFolder(t);
  for (const threshold of ['nan', '-nan', 'inf', '0.01', '1.1', 'x', '']) {
    for (const command of ['predict', 'submit']) {
      const run = geond([command, folder, '--threshold', threshold]);
      assert.equal(run.status, 2, `${command} ${threshold}: ${run.stderr}`);
      assert.match(run.stderr, /--threshold: .*0\.05 to 1/);
    }
  }
  const pipe = path.join(folder, 'pipe.png');
  spawnSync('mkfifo', [pipe]);
  const run = geond(['predict', pipe, path.join(folder, 'p1.png')], { timeout: 20_000 });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /pipe\.png: .*not a regular file/);
  assert.match(run.stdout, /p1\.png: /);
});

test('results that nobody can keep end a call with a line and an exit status', async (t) => {
  const folder = pictureFolder(t);
  const full = openSync('/dev/full', 'w');
  atEnd(t, () => closeSync(full));
  const predicted = geond(['predict', folder], { stdio: ['ignore', full, 'pipe'] });
  assert.equal(predicted.status, 1);
  assert.equal(predicted.stderr.match(/cannot write/g)?.length, 1, predicted.stderr);
  const server = await startServer(t);
  const submit = (...args) => geond(['submit', folder, '--server', server.url, '--key', server.key, ...args]);
  const sent = submit('--output', '/dev/full');
  assert.equal(sent.status, 1);
  assert.equal(sent.stderr.match(/cannot write to \/dev\/full/g)?.length, 1, sent.stderr);
  // Who reads a device or a pipe to its end, for what it may hold already, reads for ever.
  const piped = spawnSync('sh', ['-c', '"$0" submit "$1" --server "$2" --key "$3" --output /dev/stdout | cat',
    binary, folder, server.url, server.key], { encoding: 'utf8', timeout: 30_000 });
  assert.equal(piped.stdout.trim().split('\n').length, 3, piped.stderr);

  const output = path.join(folder, 'results.jsonl');
  assert.equal(submit('--output', output).status, 0);
  const [first, second] = readFileSync(output, 'utf8').split('\n');
  const strange = '{"image":{"file":7}}';
  writeFileSync(output, `${strange}\n${first}\n${second.slice(0, 40)}`);
  assert.equal(submit('--output', output).status, 0);
  const lines = readFileSync(output, 'utf8').trim().split('\n');
  assert.equal(lines[2], second.slice(0, 40), 'what was cut stays, on a line of its own');
  const files = [lines[1], ...lines.slice(3)].map((line) => JSON.parse(line).image.file).sort();
  assert.deepEqual(files, [1, 2, 3].map((seed) => path.join(folder, `p${seed}.png`)));
});

test('models check accepts the shipped models and names what is wrong with a changed one', (t) => {
  const models = geond(['models', 'list']);
  assert.equal(models.status, 0, models.stderr);
  assert.match(models.stdout, /geon-detector/);
  const changed = path.join(temporaryDirectory(t), 'changed');
  mkdirSync(changed);
  writeFileSync(path.join(changed, 'model.json'), '{"name": "changed", "colour": 1}');
  const run = geond(['models', 'check', changed]);
  assert.equal(run.status, 2);
  assert.match(run.stderr, /changed/);
});

// Versions and licences of models from elsewhere, and names of files, went to the terminal as they were.
test('what others have written gives a terminal no orders', (t) => {
  const folder = temporaryDirectory(t);
  const model = path.join(folder, 'foreign');
  cpSync(path.join(import.meta.dirname, '../../models/geon-detector'), model, { recursive: true });
  const manifest = path.join(model, 'model.json');
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), licence: 'MIT\x1b[2J\ngood \u009b31m' }));
  const checked = geond(['models', 'check', model]);
  assert.equal(checked.status, 0, checked.stderr);
  assert.match(checked.stdout, /MIT\\u001b\[2J\\u000agood \\u009b31m/);
  const picture = path.join(folder, 'a\x1b[31m\nb.png');
  writeFileSync(picture, 'no picture');
  const { status, stderr } = geond(['predict', picture, `${picture}-\u009b`]);
  assert.equal(status, 1, stderr);
  assert.match(stderr, /a\\u001b\[31m\\u000ab\.png: /);
  assert.match(stderr, /b\.png-\\u009b\./);
  for (const order of ['\x1b', '\u009b']) assert.ok(!(checked.stdout + stderr).includes(order));
});

test('submit sends a folder, resumes where it stopped, and health tells of the server', async (t) => {
  const server = await startServer(t);
  const folder = pictureFolder(t);
  const output = path.join(folder, 'results.jsonl');
  const args = ['submit', folder, '--server', server.url, '--key', server.key, '--output', output];
  const first = geond(args);
  assert.equal(first.status, 0, first.stderr);
  assert.equal(readFileSync(output, 'utf8').trim().split('\n').length, 3);
  const second = geond(args);
  assert.equal(second.status, 0, second.stderr);
  assert.equal(readFileSync(output, 'utf8').trim().split('\n').length, 3, 'nothing twice');
  const without = geond(['submit', folder, '--server', server.url, '--key', server.key]);
  assert.equal(without.stdout.trim().split('\n').length, 3);
  const { body } = await server.json('/api/v1/tasks');
  assert.equal(body.tasks.length, 3, 'the idempotency keys found the first tasks again');
  assert.equal(geond(['health', '--url', server.url]).status, 0);
  assert.equal(geond(['health', '--url', 'http://127.0.0.1:1']).status, 1);
  const wrong = geond(['submit', folder, '--server', server.url, '--key', 'wrong', '--retries', '0']);
  assert.equal(wrong.status, 1);
});

test('completion scripts and the manual page know every command', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = geond(['completion', shell]);
    assert.equal(script.status, 0);
    for (const command of ['serve', 'predict', 'submit', 'backup']) {
      assert.ok(script.stdout.includes(command), `${shell}: ${command}`);
    }
  }
  assert.match(geond(['man']).stdout, /^\.TH GEOND 1/);
  assert.match(geond(['man', '--help']).stdout, /Example: geond man/);
});
