// liuhen-route: see route.hpp.
#include "server/tools/route.hpp"

#include <iostream>

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    return liuhen::server::route::main_of(argc, argv, std::cin, std::cout, std::cerr);
}
