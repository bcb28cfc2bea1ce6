// Everything that can be set: a flag, a line of a file, or an environment variable LIUHEN_*.
#pragma once

#include "base/result.hpp"
#include "server/clock.hpp"
#include "server/keeping.hpp"
#include "server/log.hpp"
#include "server/national/settings.hpp"
#include "server/networks.hpp"
#include "server/outbound/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

struct Endpoint {
    std::string host;
    std::uint16_t port{};  ///< 0: any free port
    [[nodiscard]] std::string text() const { return host + ":" + std::to_string(port); }
};
/// `HOST:PORT`; nullopt when it is not one.
std::optional<Endpoint> parse_endpoint(std::string_view text);
/// `2026-03-01T14:00:00Z@60`; nullopt when it is not one or the rate is outside 0.1 .. 600.
std::optional<DemoClock> parse_demo_clock(std::string_view text);

/// Limits on what devices may take of the server.
struct DeviceLimits {
    std::size_t connections = 18'000;  ///< of all shards and both protocols together
    /// From one address; a mobile network may send a whole fleet from one.
    std::size_t connections_per_peer = std::numeric_limits<std::size_t>::max();
    std::chrono::seconds greeting{10};          ///< a balancer's header, or the hand-shake of TLS
    std::chrono::seconds unauthenticated{10};   ///< to be known by then, whatever was sent
    std::chrono::seconds idle{300};             ///< without a byte, once known
    std::chrono::seconds write{20};             ///< to take a reply
    std::uint64_t bytes_a_day = 256ULL << 20U;  ///< archived of one device, in China's days
};

struct Config {
    std::string database;  ///< libpq connection string without user
    Endpoint http{"127.0.0.1", 8080};
    Endpoint jt808{"127.0.0.1", 7808};
    Endpoint lock{"127.0.0.1", 7809};
    std::optional<Endpoint> jt808_udp = Endpoint{"127.0.0.1", 0};  ///< port 0: that of `jt808`
    std::optional<Endpoint> jt808_tls, lock_tls;                   ///< beside those in clear
    std::optional<Endpoint> https;                                 ///< beside `http`
    std::string tls_certificate, tls_key;                          ///< files in PEM
    std::string https_authorities;  ///< file in PEM: who signs certificates of clients; or empty
    std::vector<std::string> bound_roles;  ///< whose tokens must be bound to a certificate
    Networks balancers;                    ///< who begins connections with a PROXY header
    std::string public_url;   ///< "https://…" under which HTTP is reached; empty: by its address
    Networks http_proxies;    ///< whose X-Forwarded-For is believed
    OutboundPolicy outbound;  ///< whom the server may call by itself
    national::Settings national;
    std::string anchors;    ///< folder of the history's signed lists; empty: none are written
    std::string endpoints;  ///< file to write the real addresses to; empty: none
    std::vector<std::string> secret_keys;  ///< files; the first seals, all open
    unsigned shards = 1;
    unsigned db_connections = 4;  ///< of the HTTP side; the device side has 2 and one a shard
    std::optional<DemoClock> demo_clock;
    std::string profiles;  ///< file of further models; empty: none
    std::string log_file = "-";
    log::Level log_level = log::Level::info;
    DeviceLimits devices;
    std::chrono::seconds stop_within{10};  ///< from SIGTERM to exit
    std::size_t feed_kept = 10'000;        ///< newest feed items held in memory
    std::size_t watches_kept = 20'000;     ///< vehicles held in memory by all shards together
    Keeping keeping;
};

/// What the command line asks for.
enum class Command : std::uint8_t { serve, migrate, bootstrap, import_waste_list, import_calendar };
struct Invocation {
    Command command{};
    Config config;
    std::string sql_folder;            ///< migrate: where the numbered files lie
    std::string file;                  ///< import: what is read
    std::string edition;               ///< import waste-list
    std::string valid_from, valid_to;  ///< import waste-list: days YYYY-MM-DD; `valid_to` or empty
};

/// Reads flags, the file of --config and the environment. What --help or a fault has to say is
/// printed; then the value is the exit code.
Result<Invocation, int> parse_command_line(int count, const char* const* words);

}  // namespace liuhen::server
