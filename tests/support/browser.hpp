// A telephone's browser: headless Chromium, told what to do over a pipe in the DevTools protocol.
#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace liuhen::test {

/// Empty where no Chromium is installed.
inline std::string chromium_program() {
    for (const char* path : {"/usr/bin/chromium", "/usr/bin/chromium-browser"}) {
        if (::access(path, X_OK) == 0) return path;
    }
    return {};
}

/// One page on a screen of so many CSS pixels. Throws std::runtime_error when the browser falls
/// silent.
class Telephone {
public:
    using Json = nlohmann::json;

    explicit Telephone(int width = 390, int height = 844) {
        std::string pattern = std::filesystem::temp_directory_path() / "liuhen-browser.XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        start();
        const Json made = ask("Target.createTarget", {{"url", "about:blank"}});
        const Json attached =
            ask("Target.attachToTarget", {{"targetId", made.at("targetId")}, {"flatten", true}});
        session_ = attached.at("sessionId");
        for (const char* domain : {"Page", "Network", "Runtime", "Log"})
            ask(std::string{domain} + ".enable");
        ask("Emulation.setDeviceMetricsOverride",
            {{"width", width}, {"height", height}, {"deviceScaleFactor", 2}, {"mobile", true}});
        ask("Emulation.setTouchEmulationEnabled", {{"enabled", true}});
    }
    ~Telephone() {
        ::close(to_);
        ::close(from_);
        ::kill(-child_, SIGKILL);  // itself and its renderers: one process group
        ::waitpid(child_, nullptr, 0);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Telephone(const Telephone&) = delete;
    Telephone& operator=(const Telephone&) = delete;

    /// Goes there and waits until all of it is loaded.
    void open(const std::string& url) {
        loads_ = 0;
        ask("Page.navigate", {{"url", url}});
        while (loads_ == 0) hear();
    }
    /// Waits until the page has loaded itself again.
    void await_another_load() {
        for (const int before = loads_; loads_ == before;) hear();
    }
    /// What an expression comes to in the page.
    Json value_of(const std::string& expression) {
        return ask("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}})
            .at("result")
            .value("value", Json{});
    }
    /// Bytes of a PNG picture of the whole page, in base64.
    std::string picture() {
        return ask("Page.captureScreenshot", {{"captureBeyondViewport", true}}).at("data");
    }
    std::size_t cookies() { return ask("Network.getCookies").at("cookies").size(); }

    /// Addresses that were asked for, in their order.
    [[nodiscard]] const std::vector<std::string>& asked_for() const { return asked_for_; }
    /// What the browser complained of: breaches of a policy, faults of scripts, dialogs.
    [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

private:
    static constexpr std::chrono::seconds patience{30};

    void start() {
        std::array<int, 2> commands{}, answers{};
        if (::pipe2(commands.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0)
            throw std::runtime_error{"pipe"};
        const std::string program = chromium_program();
        std::vector<std::string> words{program,
                                       "--headless=new",
                                       "--no-sandbox",
                                       "--disable-gpu",
                                       "--disable-quic",
                                       "--no-first-run",
                                       "--disable-background-networking",
                                       "--disable-component-update",
                                       "--disable-sync",
                                       "--user-data-dir=" + folder_,
                                       "--remote-debugging-pipe"};
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        child_ = ::fork();
        if (child_ == 0) become(commands[0], answers[1], arguments.data());
        ::close(commands[0]);
        ::close(answers[1]);
        to_ = commands[1];
        from_ = answers[0];
    }
    // In the child: what the protocol wants to find at descriptors 3 and 4, then the browser.
    [[noreturn]] static void become(int in, int out, char** arguments) {
        ::setpgid(0, 0);
        const int silence = ::open("/dev/null", O_WRONLY);
        const int aside_in = ::fcntl(in, F_DUPFD, 10);
        const int aside_out = ::fcntl(out, F_DUPFD, 10);
        ::dup2(silence, 2);
        ::dup2(aside_in, 3);
        ::dup2(aside_out, 4);
        ::close(aside_in);
        ::close(aside_out);
        ::execv(arguments[0], arguments);
        ::_exit(127);
    }

    Json ask(const std::string& method, const Json& params = Json::object()) {
        Json command{{"id", ++number_}, {"method", method}, {"params", params}};
        if (!session_.empty()) command["sessionId"] = session_;
        const std::string text = command.dump() + '\0';
        for (std::size_t sent = 0; sent < text.size();) {
            const auto n = ::write(to_, text.data() + sent, text.size() - sent);
            if (n <= 0) throw std::runtime_error{"the browser is gone"};
            sent += static_cast<std::size_t>(n);
        }
        while (true) {
            const Json message = hear();
            if (message.value("id", 0) != number_) continue;
            if (message.contains("error")) throw std::runtime_error{method + ": " + message.dump()};
            return message.at("result");
        }
    }
    // The next message; what it says by itself is noted.
    Json hear() {
        std::size_t end = 0;
        while ((end = heard_.find('\0')) == std::string::npos) {
            pollfd ready{from_, POLLIN, 0};
            const int wait = static_cast<int>(std::chrono::milliseconds{patience}.count());
            std::array<char, 65536> piece{};
            const auto n = ::poll(&ready, 1, wait) == 1 ? ::read(from_, piece.data(), piece.size())
                                                        : ssize_t{0};
            if (n <= 0) throw std::runtime_error{"the browser says nothing"};
            heard_.append(piece.data(), static_cast<std::size_t>(n));
        }
        const Json message = Json::parse(heard_.substr(0, end));
        heard_.erase(0, end + 1);
        note(message);
        return message;
    }
    void note(const Json& message) {
        const std::string method = message.value("method", "");
        if (method == "Page.loadEventFired") ++loads_;
        if (method == "Network.requestWillBeSent")
            asked_for_.push_back(message.at("params").at("request").at("url"));
        for (const char* bad :
             {"Log.entryAdded", "Runtime.exceptionThrown", "Page.javascriptDialogOpening"}) {
            if (method == bad) complaints_.push_back(message.at("params").dump());
        }
    }

    pid_t child_ = -1;
    std::string folder_, session_, heard_;
    int to_ = -1, from_ = -1, number_ = 0, loads_ = 0;
    std::vector<std::string> asked_for_, complaints_;
};

}  // namespace liuhen::test
