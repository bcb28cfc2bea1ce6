#include "server/config.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <memory>
#include <vector>

namespace liuhen::server {
namespace {

constexpr double least_rate = 0.1;
constexpr double greatest_rate = 600;

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
}

// What CLI11 fills in; texts become their types once all are there.
struct Words {
    std::string http = Config{}.http.text();
    std::string jt808 = Config{}.jt808.text();
    std::string lock = Config{}.lock.text();
    std::string jt808_udp = "same";
    std::string jt808_tls, lock_tls, https;
    std::string balancers, http_proxies, outbound_networks;
    std::string demo_clock;
    std::string level = "info";
    unsigned idle_s = 300;
    std::uint64_t day_mib = 256;
    unsigned national_s = 15;
};

// A file of NAME=VALUE lines speaks of the subcommand that was given.
class PlainFile : public CLI::ConfigINI {
public:
    explicit PlainFile(const CLI::App& program) : program_(program) {}
    std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
        auto lines = CLI::ConfigINI::from_config(in);
        for (auto& item : lines) {
            item.parents = {program_.get_subcommands().front()->get_name()};
        }
        return lines;
    }

private:
    const CLI::App& program_;
};

void add_common(CLI::App& command, Config& config) {
    command.add_option("--database", config.database, "libpq connection string without user")
        ->envname("LIUHEN_DATABASE")
        ->required();
    command.fallthrough();  // --config is the program's
}

void add_transports(CLI::App& serve, Config& config, Words& words) {
    serve
        .add_option("--jt808-udp", words.jt808_udp,
                    "HOST:PORT of JT/T 808 over UDP, same (as --jt808) or off")
        ->envname("LIUHEN_JT808_UDP")
        ->capture_default_str();
    serve.add_option("--jt808-tls", words.jt808_tls, "HOST:PORT of JT/T 808 over TLS")
        ->envname("LIUHEN_JT808_TLS");
    serve.add_option("--lock-tls", words.lock_tls, "HOST:PORT of locks over TLS")
        ->envname("LIUHEN_LOCK_TLS");
    serve
        .add_option("--tls-certificate", config.tls_certificate,
                    "PEM file of the certificate and its chain; read again on SIGHUP")
        ->envname("LIUHEN_TLS_CERTIFICATE");
    serve.add_option("--tls-key", config.tls_key, "PEM file of its key")->envname("LIUHEN_TLS_KEY");
    serve
        .add_option("--proxy-protocol", words.balancers,
                    "addresses and networks, comma between, whose connections of devices begin "
                    "with a PROXY header of version 2")
        ->envname("LIUHEN_PROXY_PROTOCOL");
}

void add_https(CLI::App& serve, Config& config, Words& words) {
    serve
        .add_option("--https", words.https,
                    "HOST:PORT of HTTP over TLS, with --tls-certificate and --tls-key")
        ->envname("LIUHEN_HTTPS");
    serve
        .add_option("--https-client-authorities", config.https_authorities,
                    "PEM file of certificates that those of clients are signed by; who shows one "
                    "may hold tokens that are bound to it")
        ->envname("LIUHEN_HTTPS_CLIENT_AUTHORITIES")
        ->check(CLI::ExistingFile);
    serve
        .add_option("--bound-tokens", config.bound_roles,
                    "roles, comma between, whose tokens must be bound to a client's certificate")
        ->envname("LIUHEN_BOUND_TOKENS")
        ->delimiter(',')
        ->check(CLI::IsMember(
            {"producer", "carrier", "driver", "receiver", "regulator", "police", "operator"}));
}

void add_outbound(CLI::App& serve, Config& config, Words& words) {
    serve
        .add_option("--outbound-networks", words.outbound_networks,
                    "addresses and networks, comma between, that webhooks and the national system "
                    "may have although they are not of the public internet")
        ->envname("LIUHEN_OUTBOUND_NETWORKS");
    serve
        .add_flag("--outbound-http", config.outbound.plain_http,
                  "lets webhooks and the national system have http:// addresses too")
        ->envname("LIUHEN_OUTBOUND_HTTP");
    serve
        .add_option("--outbound-authorities", config.outbound.authorities,
                    "PEM file of certificates that these may be signed by, beside the system's")
        ->envname("LIUHEN_OUTBOUND_AUTHORITIES")
        ->check(CLI::ExistingFile);
}

void add_national(CLI::App& serve, Config& config, Words& words) {
    serve
        .add_option("--national-url", config.national.url,
                    "https://… that takes reports for the national system (docs/national.md); "
                    "none are made without it")
        ->envname("LIUHEN_NATIONAL_URL");
    serve
        .add_option("--national-credentials", config.national.credentials,
                    "file, mode 0600, with lines bearer=TOKEN and hmac=KEY")
        ->envname("LIUHEN_NATIONAL_CREDENTIALS");
    serve.add_option("--national-timeout", words.national_s, "seconds to wait for its answer")
        ->envname("LIUHEN_NATIONAL_TIMEOUT")
        ->check(CLI::Range(1, 120))
        ->capture_default_str();
}

void add_keeping(CLI::App& serve, Keeping& keeping) {
    constexpr int least_hot = 1, most_days = 36'525;
    serve.add_option("--hot-days", keeping.hot, "days until positions are packed")
        ->envname("LIUHEN_HOT_DAYS")
        ->check(CLI::Range(least_hot, most_days))
        ->capture_default_str();
    serve
        .add_option(
            "--keep-days", keeping.rest,
            "days for which positions outside of manifests are kept; of manifests: 10 years")
        ->envname("LIUHEN_KEEP_DAYS")
        ->check(CLI::Range(45, most_days))
        ->capture_default_str();
    serve.add_option("--keep-frame-days", keeping.frames, "days for which raw frames are kept")
        ->envname("LIUHEN_KEEP_FRAME_DAYS")
        ->check(CLI::Range(1, most_days))
        ->capture_default_str();
}

void add_serve(CLI::App& serve, Config& config, Words& words) {
    add_common(serve, config);
    serve.add_option("--http", words.http, "HOST:PORT of HTTP, loopback only")
        ->envname("LIUHEN_HTTP")
        ->capture_default_str();
    serve
        .add_option("--public-url", config.public_url,
                    "https://… under which people reach HTTP; named in OAuth metadata")
        ->envname("LIUHEN_PUBLIC_URL");
    serve
        .add_option("--http-proxies", words.http_proxies,
                    "addresses and networks, comma between, of proxies before HTTP whose "
                    "X-Forwarded-For is believed")
        ->envname("LIUHEN_HTTP_PROXIES");
    serve.add_option("--jt808", words.jt808, "HOST:PORT of JT/T 808 terminals")
        ->envname("LIUHEN_JT808")
        ->capture_default_str();
    serve.add_option("--lock", words.lock, "HOST:PORT of JT701 locks")
        ->envname("LIUHEN_LOCK")
        ->capture_default_str();
    add_transports(serve, config, words);
    add_https(serve, config, words);
    add_outbound(serve, config, words);
    add_national(serve, config, words);
    serve.add_option("--endpoints", config.endpoints, "file that gets the real addresses")
        ->envname("LIUHEN_ENDPOINTS");
    serve
        .add_option("--secret-key", config.secret_keys,
                    "file with the 32 bytes that seal passwords of locks; again for older keys; "
                    "secret.key beside --endpoints when not given")
        ->envname("LIUHEN_SECRET_KEY")
        ->allow_extra_args(false);
    serve
        .add_option("--anchors", config.anchors,
                    "folder of the history's signed lists, its keys in history.key beside it; "
                    "anchors beside --endpoints when not given")
        ->envname("LIUHEN_ANCHORS");
    serve.add_option("--shards", config.shards, "threads that own devices and vehicles")
        ->envname("LIUHEN_SHARDS")
        ->check(CLI::Range(1, 16))
        ->capture_default_str();
    serve.add_option("--db-connections", config.db_connections, "database connections of HTTP")
        ->envname("LIUHEN_DB_CONNECTIONS")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    serve.add_option("--demo-clock", words.demo_clock, "START@RATE: the server's only wall clock")
        ->envname("LIUHEN_DEMO_CLOCK");
    serve.add_option("--profiles", config.profiles, "file of further models of devices")
        ->envname("LIUHEN_PROFILES");
    serve.add_option("--log", config.log_file, "file of JSON lines, or - for standard error")
        ->envname("LIUHEN_LOG")
        ->capture_default_str();
    serve.add_option("--log-level", words.level, "least severe line written")
        ->envname("LIUHEN_LOG_LEVEL")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
        ->capture_default_str();
    serve
        .add_option("--device-connections", config.devices.connections,
                    "connections of devices; HTTP may have 2,000 beside them, and all are open "
                    "files of one process")
        ->envname("LIUHEN_DEVICE_CONNECTIONS")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    serve.add_option("--device-idle", words.idle_s, "seconds without a byte until a device is cut")
        ->envname("LIUHEN_DEVICE_IDLE")
        ->check(CLI::Range(10, 86'400))
        ->capture_default_str();
    serve
        .add_option("--device-day", words.day_mib,
                    "MiB that are archived of one device a day; beyond it is told that it failed")
        ->envname("LIUHEN_DEVICE_DAY")
        ->check(CLI::Range(1, 1'048'576))
        ->capture_default_str();
    add_keeping(serve, config.keeping);
}

void add_import(CLI::App& command, Invocation& invocation) {
    add_common(command, invocation.config);
    command.add_option("FILE", invocation.file, "comma-separated values with a heading")
        ->required();
}

log::Level level_of(const std::string& name) {
    if (name == "debug") return log::Level::debug;
    if (name == "warn") return log::Level::warn;
    return name == "error" ? log::Level::error : log::Level::info;
}

Endpoint endpoint_of(const std::string& text, const char* flag) {
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) throw CLI::ValidationError{flag, "HOST:PORT expected, not " + text};
    return *endpoint;
}

Networks networks_of(const std::string& text, const char* flag) {
    const auto networks = Networks::parse(text);
    if (!networks) throw CLI::ValidationError{flag, "10.0.0.0/8,192.0.2.7 expected, not " + text};
    return *networks;
}

void settle_transports(Config& config, const Words& words) {
    config.jt808_udp = Endpoint{config.jt808.host, 0};
    if (words.jt808_udp == "off") {
        config.jt808_udp.reset();
    } else if (words.jt808_udp != "same") {
        config.jt808_udp = endpoint_of(words.jt808_udp, "--jt808-udp");
    }
    if (!words.jt808_tls.empty()) config.jt808_tls = endpoint_of(words.jt808_tls, "--jt808-tls");
    if (!words.lock_tls.empty()) config.lock_tls = endpoint_of(words.lock_tls, "--lock-tls");
    const bool certified = !config.tls_certificate.empty() && !config.tls_key.empty();
    if (!words.https.empty()) config.https = endpoint_of(words.https, "--https");
    if ((config.jt808_tls || config.lock_tls || config.https) && !certified) {
        throw CLI::ValidationError{"--tls-certificate",
                                   "TLS wants --tls-certificate and --tls-key"};
    }
    const bool wants_certificates = !config.https_authorities.empty();
    if (wants_certificates && !config.https) {
        throw CLI::ValidationError{"--https-client-authorities", "certificates want --https"};
    }
    if (!config.bound_roles.empty() && !wants_certificates) {
        throw CLI::ValidationError{"--bound-tokens", "it wants --https-client-authorities"};
    }
    config.balancers = networks_of(words.balancers, "--proxy-protocol");
}

void settle(Config& config, const Words& words) {
    config.http = endpoint_of(words.http, "--http");
    config.http_proxies = networks_of(words.http_proxies, "--http-proxies");
    config.national.timeout = std::chrono::seconds{words.national_s};
    config.outbound.allowed = networks_of(words.outbound_networks, "--outbound-networks");
    config.jt808 = endpoint_of(words.jt808, "--jt808");
    config.lock = endpoint_of(words.lock, "--lock");
    settle_transports(config, words);
    config.log_level = level_of(words.level);
    config.devices.idle = std::chrono::seconds{words.idle_s};
    config.devices.bytes_a_day = words.day_mib << 20U;
    if (words.demo_clock.empty()) return;
    config.demo_clock = parse_demo_clock(words.demo_clock);
    if (!config.demo_clock) {
        throw CLI::ValidationError{"--demo-clock",
                                   "2026-03-01T14:00:00Z@60 expected, rate 0.1..600"};
    }
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const auto digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end || digits.empty()) return std::nullopt;
    return Endpoint{std::string{text.substr(0, colon)}, port};
}

std::optional<DemoClock> parse_demo_clock(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return std::nullopt;
    const auto start = parse_iso(text.substr(0, at));
    const auto rate = number_in(text.substr(at + 1));
    if (!start || !rate || !(*rate >= least_rate && *rate <= greatest_rate)) return std::nullopt;
    return DemoClock{*start, *rate};
}

Result<Invocation, int> parse_command_line(int count, const char* const* words) {
    Invocation invocation;
    Words given;
    CLI::App program{"Liuhen: watches transfers of hazardous waste.", "liuhen-server"};
    program.require_subcommand(1);
    program.set_config("--config", "", "file of settings, one NAME=VALUE a line");
    program.config_formatter(std::make_shared<PlainFile>(program));
    program.allow_config_extras(CLI::config_extras_mode::error);
    auto* serve = program.add_subcommand("serve", "take devices and HTTP until told to stop");
    add_serve(*serve, invocation.config, given);
    auto* migrate = program.add_subcommand("migrate", "bring the database's tables up to date");
    add_common(*migrate, invocation.config);
    migrate->add_option("--sql", invocation.sql_folder, "folder of the numbered files")
        ->envname("LIUHEN_SQL")
        ->default_val("sql");
    auto* first = program.add_subcommand("bootstrap", "see to one valid token for each role");
    add_common(*first, invocation.config);
    first->add_option("--endpoints", invocation.config.endpoints, "file that gets the tokens")
        ->envname("LIUHEN_ENDPOINTS")
        ->required();
    auto* import = program.add_subcommand("import", "bring in data that somebody publishes");
    import->require_subcommand(1);
    auto* list = import->add_subcommand(
        "waste-list", "an edition of the hazardous-waste, general-waste or exemption list");
    add_import(*list, invocation);
    list->add_option("--edition", invocation.edition, "its name: 2021, 2025")->required();
    list->add_option("--from", invocation.valid_from, "first day, YYYY-MM-DD")->required();
    list->add_option("--to", invocation.valid_to, "last day; until a later edition when not given");
    auto* calendar = import->add_subcommand(
        "calendar", "holidays and made-up workdays; each year in the file is replaced as a whole");
    add_import(*calendar, invocation);
    try {
        program.parse(count, words);
        settle(invocation.config, given);
    } catch (const CLI::ParseError& fault) {
        const int code = program.exit(fault, std::cout, std::cerr);
        return fail(code == 0 ? 0 : 2);
    }
    invocation.command = serve->parsed()      ? Command::serve
                         : migrate->parsed()  ? Command::migrate
                         : list->parsed()     ? Command::import_waste_list
                         : calendar->parsed() ? Command::import_calendar
                                              : Command::bootstrap;
    return invocation;
}

}  // namespace liuhen::server
