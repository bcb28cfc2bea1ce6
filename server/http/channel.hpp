// A connection in clear or over TLS: what Beast reads from and writes to.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace liuhen::server::http {

class Channel {
public:
    using Tcp = boost::beast::tcp_stream;
    using Tls = boost::asio::ssl::stream<Tcp&>;
    using executor_type = Tcp::executor_type;

    /// In clear without a context.
    Channel(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> context)
        : tcp_(std::move(socket)), context_(std::move(context)) {
        if (context_) tls_.emplace(tcp_, *context_);
    }
    executor_type get_executor() { return tcp_.get_executor(); }
    /// What keeps time and closes.
    Tcp& tcp() { return tcp_; }
    /// Null: in clear.
    Tls* tls() { return tls_ ? &*tls_ : nullptr; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return tls_ ? tls_->async_read_some(buffers, std::forward<Token>(token))
                    : tcp_.async_read_some(buffers, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return tls_ ? tls_->async_write_some(buffers, std::forward<Token>(token))
                    : tcp_.async_write_some(buffers, std::forward<Token>(token));
    }

private:
    Tcp tcp_;
    std::shared_ptr<boost::asio::ssl::context> context_;
    std::optional<Tls> tls_;
};

}  // namespace liuhen::server::http
