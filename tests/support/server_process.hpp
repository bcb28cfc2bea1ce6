// The real server binary as a child process: started against a database on loopback ports that it
// chooses itself, killed or stopped, and never left behind.
#pragma once

#include "base/time.hpp"
#include "simulators/api.hpp"
#include "tests/support/await.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace liuhen::test {

class ServerProcess {
public:
    /// Bootstraps tokens and starts `liuhen-server serve`; ready when the constructor returns.
    /// `rate` is that of the demo clock, which begins at `start` and goes on through restarts;
    /// `more` are further options of `serve`.
    ServerProcess(std::string conninfo, Instant start, double rate,
                  std::vector<std::string> more = {})
        : conninfo_{std::move(conninfo)}, start_{start}, rate_{rate}, more_{std::move(more)} {
        std::string pattern = "/tmp/lh-e2e-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        run({"bootstrap", "--database", conninfo_, "--endpoints", endpoints_file()}, "bootstrap");
        forget_addresses();
        begin();
    }
    ~ServerProcess() {
        end(SIGKILL);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Starts it again after `kill_9` or `stop`, on the same ports, and waits until it is ready. A
    /// port may be another process's for a moment: some attempts, the first start with new ones.
    void begin() {
        constexpr int attempts = 5;
        for (int attempt = 1;; ++attempt) {
            spawn();
            try {
                wait_until_ready();
                return;
            } catch (const std::runtime_error& fault) {
                const bool in_use = std::string_view{fault.what()}.find("in use") != npos;
                if (pid_ > 0 || !in_use || attempt == attempts) {
                    end(SIGKILL);
                    throw;
                }
                std::this_thread::sleep_for(std::chrono::milliseconds{300});
            }
        }
    }
    /// Starts it without waiting.
    void spawn() { pid_ = start_child(serve_arguments(), "server.log"); }
    void kill_9() { end(SIGKILL); }
    /// SIGHUP: it reads its certificate again.
    void renew() const { ::kill(pid_, SIGHUP); }
    /// SIGTERM; the exit code, or -1 when it was still running after `patience` and was killed.
    int stop(std::chrono::seconds patience = std::chrono::seconds{15}) {
        ::kill(pid_, SIGTERM);
        const auto until = std::chrono::steady_clock::now() + patience;
        int status = 0;
        while (::waitpid(pid_, &status, WNOHANG) == 0) {
            if (std::chrono::steady_clock::now() > until) {
                end(SIGKILL);
                return -1;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    void wait_until_ready(std::chrono::seconds patience = std::chrono::seconds{120}) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            int status = 0;
            if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
                pid_ = -1;
                throw std::runtime_error{"the server ended by itself:\n" + log_tail()};
            }
            if (is_ready()) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{30});
        }
        throw std::runtime_error{"the server is not ready:\n" + log_tail()};
    }

    /// The demo clock now, as far as this process can know.
    [[nodiscard]] Instant now() const {
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
        return start_ + Duration{std::llround(elapsed.count() * 1000 * rate_)};
    }
    [[nodiscard]] simulators::Endpoints endpoints() const {
        std::ifstream in{endpoints_file()};
        const auto read = nlohmann::json::parse(in);
        simulators::Endpoints found;
        found.http = {"127.0.0.1", http_};
        found.jt808 = {"127.0.0.1", jt808_};
        found.lock = {"127.0.0.1", lock_};
        found.tokens = read.at("tokens").get<std::map<std::string, std::string>>();
        return found;
    }
    /// The port of an address in the endpoints file, "jt808_tls" or the like; 0: not there yet.
    [[nodiscard]] std::uint16_t port_of(const std::string& name) const {
        std::ifstream in{endpoints_file()};
        const auto address = nlohmann::json::parse(in).value(name, std::string{});
        const auto colon = address.rfind(':');
        if (colon == npos) return 0;
        return static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1)));
    }
    [[nodiscard]] std::uint16_t jt808() const { return jt808_; }
    [[nodiscard]] std::uint16_t lock() const { return lock_; }
    [[nodiscard]] std::uint16_t http() const { return http_; }
    /// The folder of the history's signed lists.
    [[nodiscard]] std::string anchors() const { return folder_ / "anchors"; }
    /// Resident memory in KiB.
    [[nodiscard]] std::size_t resident_kib() const {
        std::ifstream in{"/proc/" + std::to_string(pid_) + "/status"};
        for (std::string line; std::getline(in, line);) {
            if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
        }
        return 0;
    }
    [[nodiscard]] std::string log_tail() const {
        std::ifstream in{folder_ / "server.log"};
        std::ostringstream all;
        all << in.rdbuf();
        const std::string text = all.str();
        return text.size() > 3'000 ? text.substr(text.size() - 3'000) : text;
    }

private:
    static constexpr auto npos = std::string::npos;
    [[nodiscard]] std::string endpoints_file() const { return folder_ / "endpoints.json"; }
    // Those of the bootstrap are the usual ones; the server writes its own.
    void forget_addresses() const {
        std::ifstream in{endpoints_file()};
        auto file = nlohmann::json::parse(in);
        for (const char* name : {"http", "jt808", "lock"}) file[name] = "";
        std::ofstream{endpoints_file()} << file.dump(2);
    }
    [[nodiscard]] static std::string at(std::uint16_t port) {
        return "127.0.0.1:" + std::to_string(port);
    }
    [[nodiscard]] std::vector<std::string> serve_arguments() const {
        std::ostringstream clock;
        clock << to_iso(now()) << '@' << rate_;
        std::vector<std::string> arguments{"serve",
                                           "--database",
                                           conninfo_,
                                           "--endpoints",
                                           endpoints_file(),
                                           "--http",
                                           at(http_),
                                           "--jt808",
                                           at(jt808_),
                                           "--lock",
                                           at(lock_),
                                           "--log",
                                           "-",
                                           "--anchors",
                                           anchors(),
                                           "--demo-clock",
                                           clock.str(),
                                           "--secret-key",
                                           folder_ / "secret.key"};
        arguments.insert(arguments.end(), more_.begin(), more_.end());
        return arguments;
    }
    pid_t start_child(std::vector<std::string> arguments, const std::string& log) const {
        arguments.insert(arguments.begin(), std::string{LIUHEN_BINARY_DIR} + "/liuhen-server");
        std::vector<char*> argv;
        for (auto& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        const std::string path = folder_ / log;
        const pid_t child = ::fork();
        if (child != 0) return child;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // not left behind when the test itself dies
        const int out = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    void run(std::vector<std::string> arguments, const std::string& what) const {
        const pid_t child = start_child(std::move(arguments), "server.log");
        int status = 0;
        ::waitpid(child, &status, 0);
        if (status != 0) throw std::runtime_error{what + " failed:\n" + log_tail()};
    }
    void end(int signal) {
        if (pid_ <= 0) return;
        ::kill(pid_, signal);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    [[nodiscard]] bool is_ready();

    std::string conninfo_;
    Instant start_;
    double rate_;
    std::vector<std::string> more_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::filesystem::path folder_;
    std::uint16_t http_{}, jt808_{}, lock_{};  // 0: for the server to choose
    pid_t pid_ = -1;
};

/// One HTTP request, asked once; throws when the server cannot be reached.
inline simulators::HttpAnswer ask_http(const ServerProcess& server,
                                       simulators::HttpRequest request) {
    simulators::HostPort address{"127.0.0.1", server.http()};
    return await(simulators::ask_once(address, std::move(request), std::chrono::seconds{15}));
}

/// A gauge or counter without labels from the server's /metrics; -1 when it is not there.
inline double metric(const ServerProcess& server, const std::string& name) {
    const auto text = ask_http(server, {.verb = "GET", .target = "/metrics"}).body;
    const auto at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

inline bool ServerProcess::is_ready() {
    if (http_ == 0) {
        http_ = port_of("http");
        jt808_ = port_of("jt808");
        lock_ = port_of("lock");
    }
    if (http_ == 0) return false;
    try {
        return ask_http(*this, {.verb = "GET", .target = "/readyz"}).status == 200;
    } catch (const boost::system::system_error&) {
        return false;
    }
}

}  // namespace liuhen::test
