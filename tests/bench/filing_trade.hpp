// The trade that the filing benchmark files for, entered through the server's own HTTP interface,
// and a client whose connection stays open.
#pragma once

#include "base/time.hpp"
#include "tests/support/registers.hpp"
#include "tests/support/web.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::bench {

/// A request, then its answer, on one connection.
class KeepAlive {
public:
    explicit KeepAlive(std::uint16_t port) : port_(port) { open(); }
    ~KeepAlive() { ::close(fd_); }
    KeepAlive(const KeepAlive&) = delete;
    KeepAlive& operator=(const KeepAlive&) = delete;

    struct Answer {
        int status{};
        std::string body;
    };
    Answer post(const std::string& path, const std::string& token, const std::string& body) {
        const std::string request = fmt::format(
            "POST {} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nContent-Type: "
            "application/json\r\nContent-Length: {}\r\n\r\n{}",
            path, token, body.size(), body);
        for (std::size_t sent = 0; sent < request.size();) {
            const auto n = ::send(fd_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) throw std::runtime_error{"the server closed the connection"};
            sent += static_cast<std::size_t>(n);
        }
        return receive();
    }

private:
    void open() {
        fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port_);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const void* address = &to;
        if (::connect(fd_, static_cast<const sockaddr*>(address), sizeof to) != 0)
            throw std::runtime_error{"cannot connect"};
    }
    Answer receive() {
        std::string all;
        std::array<char, 16 * 1024> part;
        std::size_t whole = 0;  // of head and body, once the head is there
        while (whole == 0 || all.size() < whole) {
            const auto n = ::recv(fd_, part.data(), part.size(), 0);
            if (n <= 0) throw std::runtime_error{"the server closed the connection"};
            all.append(part.data(), static_cast<std::size_t>(n));
            const auto head = all.find("\r\n\r\n");
            if (whole != 0 || head == std::string::npos) continue;
            const auto length = all.find("Content-Length: ");
            whole = head + 4 + std::stoul(all.substr(length + 16));
        }
        return {std::stoi(all.substr(9, 3)), all.substr(all.find("\r\n\r\n") + 4)};
    }
    std::uint16_t port_;
    int fd_ = -1;
};

/// A text member of a JSON object.
inline std::string member(const std::string& body, std::string_view name) {
    return nlohmann::json::parse(body).at(name).get<std::string>();
}

/// One producer's standing order: its token and the form that it files again and again.
struct Trade {
    std::string token;
    std::string filing;
};

/// Enters parties, places, plans and licences.
class Market {
public:
    explicit Market(const nlohmann::json& endpoints)
        : port_(port_of(endpoints.at("http").get<std::string>())),
          desk_{port_, endpoints.at("tokens").at("operator").get<std::string>()},
          now_(std::chrono::floor<Duration>(std::chrono::system_clock::now())) {}

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// `count` producers, each with a carrier and receiver of its own, over so many prefectures.
    std::vector<Trade> trades(int prefectures, int count) {
        std::vector<Trade> all;
        for (int i = 0; i < count; ++i) all.push_back(trade(prefecture(i % prefectures)));
        return all;
    }

private:
    // Eleven of one province, then nine of the next.
    static std::string prefecture(int i) {
        return i < 11 ? fmt::format("33{:02}02", i + 1) : fmt::format("32{:02}02", i - 10);
    }
    static std::uint16_t port_of(const std::string& address) {
        return static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
    }
    std::string add(const char* what, const nlohmann::json& body) const {
        return test::expect(desk_.post(fmt::format("/v1/{}", what), body), 201)
            .at("id")
            .get<std::string>();
    }
    std::string party(const char* role, const std::string& division) {
        return add("parties", {{"name", fmt::format("{} {}", role, ++parties_)},
                               {"uscc", credit_code(parties_)},
                               {"roles", {role}},
                               {"division", division}});
    }
    std::string site(const char* kind, const std::string& party) {
        return add("sites", {{"name", fmt::format("{} site {}", kind, ++sites_)},
                             {"kind", kind},
                             {"party", party},
                             {"geometry", {{"type", "Point"}, {"coordinates", {119.6, 28.1}}}},
                             {"radius_m", 200}});
    }
    Trade trade(const std::string& division) {
        const std::string producer = party("producer", division);
        const std::string receiver = party("receiver", division);
        const std::string carrier = party("carrier", division);
        const auto token = test::expect(
            desk_.post("/v1/tokens", {{"role", "producer"}, {"party", producer}}), 201);
        Trade made;
        made.token = token.at("token").get<std::string>();
        nlohmann::json scope = nlohmann::json::array();
        nlohmann::json rows = nlohmann::json::array();
        nlohmann::json lines = nlohmann::json::array();
        for (const char* code : {"336-054-17", "900-249-08"}) {
            scope.push_back({{"code", code}, {"method", "D9"}, {"yearly_kg", 90'000'000'000}});
            rows.push_back(scope.back());
            rows.back()["receiver"] = receiver;
            lines.push_back(line(code));
        }
        const int year = test::year_in_china(now_ + std::chrono::hours{1});
        test::enter_licence(desk_, receiver, fmt::format("BENCH-{:05}", parties_), year, scope);
        test::file_plan(desk_.as(made.token), year, rows);
        made.filing = nlohmann::json{
            {"kind", "HW"},
            {"carrier", carrier},
            {"receiver", receiver},
            {"origin_site", site("producer", producer)},
            {"destination_site", site("receiver", receiver)},
            {"planned_depart_at", to_iso(now_ + std::chrono::hours{1})},
            {"planned_arrive_at", to_iso(now_ + std::chrono::hours{3})},
            {"lines",
             lines}}.dump();
        return made;
    }
    static nlohmann::json line(const char* code) {
        return {{"name", "bench waste"}, {"code", code},      {"hazards", {"T"}},
                {"form", "L"},           {"package", "IBC"},  {"container_count", 4},
                {"un_no", "UN3287"},     {"dg_class", "6.1"}, {"taboos", "keep from acids"},
                {"purpose", "DISPOSE"},  {"method", "D9"},    {"planned_kg", 4'000}};
    }
    // GB 32100 with its check character.
    static std::string credit_code(int n) {
        constexpr std::string_view digits = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        constexpr int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
        const std::string body = fmt::format("91331102MB{:07}", n);
        int sum = 0;
        for (std::size_t i = 0; i < body.size(); ++i)
            sum += static_cast<int>(digits.find(body[i])) * weights[i];
        return body + digits[static_cast<std::size_t>((31 - sum % 31) % 31)];
    }

    std::uint16_t port_;
    test::Web desk_;
    Instant now_;
    int parties_ = 0;
    int sites_ = 0;
};

}  // namespace liuhen::bench
