"""Short sentences, from English into Chinese and from Chinese into English, by a small grammar of both."""
