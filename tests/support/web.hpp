// A small blocking HTTP client on one loopback connection a request: nothing of the server's own
// HTTP code is in it, so that it can disagree.
#pragma once

#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <map>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace liuhen::test {

struct WebReply {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string{} : found->second;
    }
};
using WebHeaders = std::map<std::string, std::string>;

/// A connected socket; bytes out, bytes in until the peer closes or `patience` has passed. Every
/// address 127.x.y.z is one of this machine's: `from` makes it another client.
class WebLine {
public:
    explicit WebLine(std::uint16_t port, int patience_s = 20, const char* from = "127.0.0.1")
        : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        ::inet_pton(AF_INET, from, &own.sin_addr);
        const void* source = &own;
        if (::bind(fd_, static_cast<const sockaddr*>(source), sizeof own) != 0)
            throw std::runtime_error{"cannot bind"};
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{patience_s, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const void* address = &to;
        if (::connect(fd_, static_cast<const sockaddr*>(address), sizeof to) != 0)
            throw std::runtime_error{"cannot connect"};
    }
    ~WebLine() { ::close(fd_); }
    WebLine(const WebLine&) = delete;
    WebLine& operator=(const WebLine&) = delete;

    void send(const std::string& bytes) const {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const auto n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) return;  // the peer has said enough
            sent += static_cast<std::size_t>(n);
        }
    }
    /// Whether the peer has closed it, without waiting.
    [[nodiscard]] bool is_closed() const {
        char one = 0;
        const auto n = ::recv(fd_, &one, 1, MSG_PEEK | MSG_DONTWAIT);
        return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
    }
    /// The next bytes; empty at the end or when patience is over.
    [[nodiscard]] std::string receive() const {
        std::string part(16 * 1024, '\0');
        const auto n = ::recv(fd_, part.data(), part.size(), 0);
        part.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return part;
    }
    /// Everything until `mark` stands in it, or the end.
    [[nodiscard]] std::string receive_until(const std::string& mark) const {
        std::string all;
        while (all.find(mark) == std::string::npos) {
            const std::string part = receive();
            if (part.empty()) break;
            all += part;
        }
        return all;
    }

private:
    int fd_;
};

inline WebReply parse_reply(const std::string& all) {
    WebReply reply;
    const auto end = all.find("\r\n\r\n");
    if (end == std::string::npos) throw std::runtime_error{"no HTTP answer: " + all.substr(0, 80)};
    reply.status = std::stoi(all.substr(9, 3));
    std::size_t at = all.find("\r\n") + 2;
    while (at < end) {
        const auto stop = all.find("\r\n", at);
        const auto colon = all.find(':', at);
        std::string name = all.substr(at, colon - at);
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        reply.headers[name] = all.substr(colon + 2, stop - colon - 2);
        at = stop + 2;
    }
    reply.body = all.substr(end + 4);
    return reply;
}

/// A client of one port, speaking with one token (none when empty).
struct Web {
    std::uint16_t port{};
    std::string token{};

    [[nodiscard]] Web as(std::string other) const { return {port, std::move(other)}; }

    [[nodiscard]] WebReply raw(const std::string& bytes) const {
        const WebLine line{port};
        line.send(bytes);
        return parse_reply(line.receive_until(std::string{"\0never", 6}));
    }
    [[nodiscard]] WebReply send(const std::string& verb, const std::string& path,
                                const std::string& body = {}, const WebHeaders& more = {}) const {
        std::string text =
            verb + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        if (!token.empty()) text += "Authorization: Bearer " + token + "\r\n";
        if (!body.empty() && !more.contains("Content-Type"))
            text += "Content-Type: application/json\r\n";
        for (const auto& [name, value] : more) text += name + ": " + value + "\r\n";
        if (verb == "POST" || !body.empty())
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return raw(text + "\r\n" + body);
    }
    [[nodiscard]] WebReply get(const std::string& path) const { return send("GET", path); }
    [[nodiscard]] WebReply post(const std::string& path, const nlohmann::json& body,
                                const WebHeaders& more = {}) const {
        return send("POST", path, body.dump(), more);
    }
};

}  // namespace liuhen::test
